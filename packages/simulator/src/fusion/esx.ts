import { attempt, deviceIdOf } from "../inventory/agent.js";
import { legacyContent } from "../inventory/content.js";
import { machineOf } from "../inventory/machine.js";
import { isObject } from "../inventory/reply.js";
import { USER_AGENT } from "./client.js";
import { callUrl } from "./query.js";
import type { Task } from "./run.js";

/** When made-up hosts were looked at for the first time: their deviceids stay. */
const FIRST = new Date("2026-01-01T00:00:00Z");

interface EsxJob {
  readonly uuid: string;
  readonly host: string;
  readonly user: string;
  readonly password: string;
}

/** @throws TypeError in the words of an agent's log */
export function esxJobsIn({ jobs = [] }: Readonly<Record<string, unknown>>): EsxJob[] {
  if (!Array.isArray(jobs)) throw new TypeError("Bad JSON: jobs is no list");
  return jobs.map((job) => {
    if (!isObject(job)) throw new TypeError("Bad JSON: a job is no object");
    const { uuid, host, user, password } = job;
    const all = { uuid, host, user, password };
    for (const [key, value] of Object.entries(all))
      if (typeof value !== "string") throw new TypeError(`Bad JSON: a job has no ${key}`);
    return all as EsxJob;
  });
}

/** The task ESX: one inventory of each host to the main server, then a word on how it went (recording fi-esx). */
export const esx: Task = async (context, remote) => {
  const { client, backend, deviceId, machine, run } = context;
  const jobs = await attempt(run, "getJobs", async () => {
    const url = callUrl(remote, "getJobs", { machineid: deviceId });
    return esxJobsIn(await client.json({ operation: "getJobs", url }));
  });
  for (const { uuid, host, user, password } of jobs ?? []) {
    const why = machine.opens(host, user, password) ? await sent(host) : "login failed";
    const log =
      why === "login failed"
        ? { code: "ko", part: "login", msg: why }
        : { code: why === undefined ? "ok" : "ko", msg: why };
    await attempt(run, "setLog", () =>
      client.json({ operation: "setLog", url: callUrl(remote, "setLog", { machineid: deviceId, uuid, ...log }) }),
    );
    run.jobs.push({
      task: "esx",
      uuid,
      outcome: why === undefined ? "ok" : "ko",
      ...(why === undefined ? {} : { why }),
    });
  }

  /** @returns why it failed */
  async function sent(host: string): Promise<string | undefined> {
    const name = host.replace(/:\d+$/, "");
    const made = machineOf({ name, seed: `esx ${host}`, runs: 0, now: FIRST });
    const content = legacyContent(made, {
      ...{ versionClient: USER_AGENT, name: "FusionInventory", version: "2.6-3" },
      args: "--tasks=esx",
    });
    const { processes: _, ...inventory } = content;
    const hardware = { ...(inventory.hardware as object), name, vmsystem: "VMware" };
    const taken = await attempt(run, "inventory", async () => {
      await backend.inventory({ ...inventory, hardware }, deviceIdOf(name, FIRST));
      return true;
    });
    return taken === true ? undefined : "the inventory was not taken";
  }
};
