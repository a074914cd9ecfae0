import { attempt } from "../inventory/agent.js";
import { isObject } from "../inventory/reply.js";
import { answersTo, deviceAt, discoveredAt } from "./made-network.js";
import { addressesBetween, NETWORK_VERSION } from "./network.js";
import { callUrl } from "./query.js";
import type { Task, TaskContext } from "./run.js";

type Fields = Readonly<Record<string, unknown>>;

/** A job on the network: what XML has in an OPTION, its names in lower case. */
interface NetworkJob {
  readonly uuid: string;
  readonly ranges: readonly Fields[];
  readonly devices: readonly Fields[];
  /** Ids of the credentials. */
  readonly credentials: readonly string[];
}

/**
 * Reads an answer to getJobs of a task on the network.
 * @throws TypeError in the words of an agent's log
 */
export function networkJobsIn({ jobs = [] }: Fields): NetworkJob[] {
  if (!Array.isArray(jobs)) throw new TypeError("Bad JSON: jobs is no list");
  return jobs.map((job) => {
    if (!isObject(job) || typeof job.uuid !== "string") throw new TypeError("Bad JSON: a job has no uuid");
    const list = (key: string): Fields[] => {
      const { [key]: all = [] } = job;
      if (!Array.isArray(all) || !all.every(isObject)) throw new TypeError(`Bad JSON: ${key} is no list of objects`);
      return all;
    };
    const credentials = list("authentication").map(({ id }) => String(id));
    return { uuid: job.uuid, ranges: list("rangeip"), devices: list("device"), credentials };
  });
}

/** NetDiscovery by REST, after the pattern of collect (decisions, row 24): each device that answers, then the end. */
export const discoverByRest = taskOf("netdiscovery", ({ machine }, { ranges, credentials }) =>
  ranges.flatMap(({ ipstart, ipend, entity }) =>
    addressesBetween(String(ipstart), String(ipend)).flatMap((address) => {
      const found = discoveredAt(machine, address, credentials);
      return found === undefined ? [] : [{ ...found, entity }];
    }),
  ),
);

/** NetInventory, once SNMPQuery, by REST: each of the devices, with what it has or why there is nothing, then the end. */
export const inventoryByRest = taskOf("netinventory", ({ machine }, { devices }) =>
  devices.map(({ id, ip, type }) =>
    answersTo(machine, String(ip))
      ? deviceAt(String(ip), String(id), String(type))
      : { error: { id, type, message: "No response from remote host" } },
  ),
);

function taskOf(task: string, look: (context: TaskContext, job: NetworkJob) => readonly Fields[]): Task {
  return async (context, remote) => {
    const { client, deviceId, run } = context;
    const given = await attempt(run, "getJobs", async () => {
      const url = callUrl(remote, "getJobs", { machineid: deviceId });
      const answer = await client.json({ operation: "getJobs", url });
      return { token: answer.token, jobs: networkJobsIn(answer) };
    });
    let token = given?.token;
    for (const job of given?.jobs ?? []) {
      let refused = 0;
      for (const device of look(context, job)) {
        const answer = await attempt(run, "setAnswer", () => answered(context, remote, job.uuid, device, token));
        if (answer === undefined) refused += 1;
        else token = answer.token;
      }
      const { uuid } = job;
      const done = await attempt(run, "jobsDone", () =>
        client.json({ operation: "jobsDone", url: callUrl(remote, "jobsDone", { uuid }) }),
      );
      const why = done === undefined ? "jobsDone was not taken" : refused > 0 ? "a device was not taken" : undefined;
      run.jobs.push({ task, uuid, outcome: why === undefined ? "ok" : "ko", ...(why === undefined ? {} : { why }) });
    }
  };
}

function answered({ client }: TaskContext, remote: string, uuid: string, device: Fields, token: unknown) {
  const said = {
    uuid,
    device,
    moduleversion: NETWORK_VERSION,
    ...(token === undefined ? {} : { _glpi_csrf_token: token }),
  };
  return client.json({
    operation: "setAnswer",
    method: "POST",
    url: callUrl(remote, "setAnswer", { uuid, method: "POST" }),
    headers: { "Content-Type": "application/json" },
    body: Buffer.from(JSON.stringify(said), "utf8"),
  });
}
