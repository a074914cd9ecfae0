import type { Job, JobSaid, JobWork, NewOrder, Work } from "@gatehouse/core/jobs";
import type { Enrolment, KnownAgent } from "@gatehouse/core/nodes";
import { expect } from "vitest";
import type { Database } from "../database.js";
import { createNodeRegistry } from "../nodes/registry.js";
import { enrolmentOf } from "../store.test.helper.js";

export const PROVEN = { isProven: true };
export const UNPROVEN = { isProven: false };

export const COLLECT: JobWork = {
  task: "collect",
  spec: { steps: [{ function: "getFromRegistry", path: "HKEY_LOCAL_MACHINE/SOFTWARE/V/*" }] },
};
export const WAKEONLAN: JobWork = { task: "wakeonlan", spec: { targets: [{ mac: "02:00:00:00:00:01" }] } };
export const ESX: JobWork = { task: "esx", spec: { host: "esx.example", credential: "vmware" } };

/** A fleet of inventory agents, each with a node of its own. */
export function fleetOn(house: { readonly db: Database }) {
  const fleet = {
    registry: () => createNodeRegistry(house.db),
    aliasOf: (name: string) => ({ family: "inventory" as const, kind: "deviceid", value: name }),
    /** Makes an agent of this name, and gives it as its protocol finds it. */
    async join(name: string, said: Partial<Enrolment> = {}): Promise<KnownAgent> {
      await fleet.registry().enrol(
        enrolmentOf(name, {
          alias: fleet.aliasOf(name),
          nodeName: name,
          ...{ trust: "anonymous", role: "contact" },
          merge: () => ({ deviceId: name, program: "GLPI-Agent" }),
          ...said,
        }),
      );
      return fleet.now(name);
    },
    /** An agent as it is now. */
    async now(name: string): Promise<KnownAgent> {
      const agent = await fleet.registry().findAgent(fleet.aliasOf(name));
      if (agent === undefined) throw new Error(`no agent ${name}`);
      return agent;
    },
  };
  return fleet;
}

export const orderFor = (agents: readonly Pick<KnownAgent, "nodeId">[], said: Partial<NewOrder> = {}): NewOrder => ({
  work: COLLECT,
  target: { nodes: agents.map(({ nodeId }) => nodeId) },
  ...said,
});

/** A word of an agent that says nothing in particular. */
export const said = (word: Partial<JobSaid> = {}): JobSaid => ({
  ...{ step: "running", about: null, status: "ok", message: "said" },
  ...word,
});

/** The agent's only job of the task, handed over. */
export async function handedOver(work: Work, agent: KnownAgent, task: Job["work"]["task"] = "collect"): Promise<Job> {
  const jobs = await work.take(agent, task, PROVEN, 10);
  expect(jobs).toHaveLength(1);
  return jobs[0] as Job;
}

/** Moves a job's times into the past, as if so many seconds had gone by. */
export const age = (db: Database, jobId: string, seconds: number) =>
  db.run(
    `update jobs set due_at = due_at - make_interval(secs => $2), look_at = look_at - make_interval(secs => $2),
       sent_at = sent_at - make_interval(secs => $2), heard_at = heard_at - make_interval(secs => $2),
       port_at = port_at - make_interval(secs => $2) where id = $1`,
    [jobId, seconds],
  );
