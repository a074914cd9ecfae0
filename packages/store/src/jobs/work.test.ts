import { randomUUID } from "node:crypto";
import type { JobTask } from "@gatehouse/core/jobs";
import type { KnownAgent } from "@gatehouse/core/nodes";
import { expect, it } from "vitest";
import { createNodeIdentity } from "../nodes/identity.js";
import { makePartitions } from "../partitions.js";
import { count, useDatabase } from "../store.test.helper.js";
import { createJobs } from "./jobs.js";
import {
  age,
  COLLECT,
  ESX,
  fleetOn,
  handedOver,
  orderFor,
  PROVEN,
  said,
  UNPROVEN,
  WAKEONLAN,
} from "./jobs.test.helper.js";
import { createAgentWork } from "./work.js";

const house = useDatabase();
const fleet = fleetOn(house);
const jobs = () => createJobs(house.db);
const work = () => createAgentWork(house.db);
const order = async (agent: KnownAgent, more: Parameters<typeof orderFor>[1] = {}) =>
  (await jobs().create(orderFor([agent], more), "ann")).order;
const jobOf = async (orderId: string, task: JobTask = "collect") => {
  const { jobs: listed } = await jobs().list({ orderId, task }, { limit: 10 });
  expect(listed).toHaveLength(1);
  return listed[0] as (typeof listed)[0];
};
const esx = async (agent: KnownAgent) => {
  await house.db.run(
    "insert into credentials (name, kind, secret, created_by) values ('vmware', 'password', '', 'ann') on conflict do nothing",
  );
  return order(agent, { work: ESX });
};

it("tells which tasks wait, in the order in which they were made, and hands nothing over", async () => {
  const agent = await fleet.join("waits");
  expect(await work().workFor(agent, PROVEN)).toEqual({ tasks: [], withheld: [], nextAt: null });
  await order(agent, { work: WAKEONLAN });
  const collect = await order(agent);
  const later = new Date("2040-01-01T00:00:00Z");
  await order(agent, { notBefore: later });
  const now = await fleet.now("waits");
  expect(await work().workFor(now, UNPROVEN)).toEqual({
    tasks: ["wakeonlan", "collect"],
    withheld: [],
    nextAt: later,
  });
  expect((await jobOf(collect.id)).state).toBe("prepared");
});

it("asks nothing of the database for an agent without work", async () => {
  const agent = await fleet.join("idle");
  await order(agent);
  // What it is asked with counts: an agent as it was before the order.
  expect(await work().workFor(agent, PROVEN)).toEqual({ tasks: [], withheld: [], nextAt: null });
  expect((await work().workFor(await fleet.now("idle"), PROVEN)).tasks).toEqual(["collect"]);
});

it("hands over what is due, in the order in which it was made, as much as is asked for", async () => {
  const agent = await fleet.join("taker");
  const [first, second] = [await order(agent), await order(agent)];
  await order(agent, { notBefore: new Date("2040-01-01T00:00:00Z") });
  const taken = await work().take(agent, "collect", UNPROVEN, 1);
  expect(taken).toEqual([
    {
      ...{
        id: expect.any(String),
        number: expect.any(Number),
        orderId: first.id,
        agentId: agent.agentId,
        nodeId: agent.nodeId,
      },
      ...{ work: COLLECT, state: "sent", dueAt: expect.any(Date) },
    },
  ]);
  expect((await work().take(agent, "collect", UNPROVEN, 10)).map(({ orderId }) => orderId)).toEqual([
    first.id,
    second.id,
  ]);
  expect(await work().take(agent, "deploy", PROVEN, 10)).toEqual([]);
  expect(await jobs().find(taken[0]?.id ?? "")).toMatchObject({
    state: "sent",
    timesSent: 2,
    sentAt: expect.any(Date),
  });
});

it("hands a job over again with the same id while no word of it came, and never after that", async () => {
  const agent = await fleet.join("lost");
  await order(agent);
  const first = await handedOver(work(), agent);
  const again = await handedOver(work(), agent);
  expect(again.id).toBe(first.id);
  expect((await jobs().find(first.id))?.waitsBecause).toMatchObject({
    code: "no-answer",
    text: expect.stringMatching(/2 times/),
  });
  expect(await work().say(first, said())).toBe("noted");
  expect(await work().take(agent, "collect", PROVEN, 10)).toEqual([]);
  expect(await work().workFor(await fleet.now("lost"), PROVEN)).toEqual({ tasks: [], withheld: [], nextAt: null });
});

it("several gateways that hand over at once hand over one job each time, and count each time", async () => {
  const agent = await fleet.join("raced");
  await order(agent);
  const taken = await Promise.all(Array.from({ length: 8 }, () => work().take(agent, "collect", PROVEN, 10)));
  expect(new Set(taken.flat().map(({ id }) => id)).size).toBe(1);
  expect(taken.flat()).toHaveLength(8);
  expect((await jobs().find(taken[0]?.[0]?.id ?? ""))?.timesSent).toBe(8);
});

it("a word that comes while the job is handed over again is not undone by that", async () => {
  const agent = await fleet.join("word-races");
  await order(agent);
  const job = await handedOver(work(), agent);
  await Promise.all([
    ...Array.from({ length: 4 }, () => work().take(agent, "collect", PROVEN, 10)),
    work().say(job, said({ end: "ok" })),
    ...Array.from({ length: 4 }, () => work().take(agent, "collect", PROVEN, 10)),
  ]);
  expect((await jobs().find(job.id))?.state).toBe("ok");
});

it("what runs code or carries credentials waits for a proof, and says so", async () => {
  const agent = await fleet.join("unproven");
  const { id } = await esx(agent);
  const now = await fleet.now("unproven");
  await house.db.run("update agent_contacts set last_seen = now() + interval '1 minute' where agent_id = $1", [
    agent.agentId,
  ]);
  expect((await jobOf(id, "esx")).waitsBecause?.code).not.toBe("not-proven");
  for (let again = 0; again < 2; again++)
    expect(await work().workFor(now, UNPROVEN)).toEqual({ tasks: [], withheld: ["esx"], nextAt: null });
  expect((await jobOf(id, "esx")).waitsBecause?.code).toBe("not-proven");
  expect(await work().take(now, "esx", UNPROVEN, 10)).toEqual([]);
  expect(await work().workFor(now, PROVEN)).toEqual({ tasks: ["esx"], withheld: [], nextAt: null });
  expect((await jobOf(id, "esx")).state).toBe("prepared");
  await handedOver(work(), now, "esx");
  expect((await jobOf(id, "esx")).waitsBecause?.code).toBe("no-answer");
});

it("take alone notes that a proof was missing, too", async () => {
  const agent = await fleet.join("unproven-taker");
  const { id } = await esx(agent);
  expect(await work().take(agent, "esx", UNPROVEN, 10)).toEqual([]);
  expect((await jobOf(id, "esx")).waitsBecause?.code).toBe("not-proven");
});

it("nothing goes to a machine that is out of service, or that nobody let in", async () => {
  const agent = await fleet.join("out");
  await order(agent);
  for (const state of ["deactivated", "quarantined"] as const) {
    const out = { ...(await fleet.now("out")), state };
    expect(await work().workFor(out, PROVEN)).toEqual({ tasks: [], withheld: [], nextAt: null });
    expect(await work().take(out, "collect", PROVEN, 10)).toEqual([]);
  }
  // One that was silent and is back is not.
  expect(await work().take({ ...agent, state: "expired" }, "collect", PROVEN, 10)).toHaveLength(1);
});

it("finds a job with its agent by its id, and by its number among the agent's own", async () => {
  const agent = await fleet.join("found");
  await order(agent);
  const job = await handedOver(work(), agent);
  expect(await work().find(job.id)).toEqual({ job, agent: await fleet.now("found") });
  expect(await work().find(job.id.toUpperCase())).toMatchObject({ job });
  expect(await work().findNumber(agent.agentId, job.number)).toEqual(job);
  const other = await fleet.join("found-other");
  expect(await work().findNumber(other.agentId, job.number)).toBeUndefined();
  for (const number of [0, -1, 1.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY])
    expect(await work().findNumber(agent.agentId, number)).toBeUndefined();
  for (const id of [randomUUID(), "", "../x", `${job.id}\0`, "__proto__"])
    expect(await work().find(id)).toBeUndefined();
});

it("names the agent's jobs of a task that were handed over and have not ended", async () => {
  const [agent, other] = [await fleet.join("handed"), await fleet.join("handed-other")];
  await order(agent);
  const open = (task: JobTask = "collect") => work().handedOver(agent.agentId, task);
  expect(await open()).toEqual([]);
  const job = await handedOver(work(), agent);
  expect((await open()).map(({ id }) => id)).toEqual([job.id]);
  await work().say(job, said());
  expect((await open()).map(({ state }) => state)).toEqual(["running"]);
  expect([await open("esx"), await work().handedOver(other.agentId, "collect")]).toEqual([[], []]);
  expect(await work().handedOver("no id", "collect")).toEqual([]);
  await work().say(job, said({ end: "ok" }));
  expect(await open()).toEqual([]);
});

it("a wake is done when its agent comes, however, and is none of its tasks", async () => {
  const agent = await fleet.join("woken");
  const { id } = await order(agent, { wake: true });
  expect(await work().take(agent, "wake", PROVEN, 10)).toEqual([]);
  const [prepared] = (await jobs().list({ orderId: id, task: "wake" }, { limit: 1 })).jobs;
  expect(prepared?.state).toBe("prepared");
  expect((await work().workFor(await fleet.now("woken"), PROVEN)).tasks).toEqual(["collect"]);
  expect(await jobs().find(prepared?.id ?? "")).toMatchObject({ state: "ok", reason: "The agent came." });
  expect((await jobOf(id)).state).toBe("prepared");
  // One that is not due yet is not done by it.
  const later = await order(agent, { wake: true, notBefore: new Date("2040-01-01T00:00:00Z") });
  await work().workFor(await fleet.now("woken"), PROVEN);
  expect((await jobOf(later.id, "wake")).state).toBe("prepared");
});

it("a wake-on-LAN is handed over again for a minute, and then is done", async () => {
  const agent = await fleet.join("wol");
  const { id } = await order(agent, { work: WAKEONLAN });
  const job = await handedOver(work(), agent, "wakeonlan");
  await age(house.db, job.id, 50);
  expect((await handedOver(work(), agent, "wakeonlan")).id).toBe(job.id);
  await age(house.db, job.id, 61);
  expect(await work().take(agent, "wakeonlan", PROVEN, 10)).toEqual([]);
  expect(await work().workFor(await fleet.now("wol"), PROVEN)).toEqual({ tasks: [], withheld: [], nextAt: null });
  expect(await jobOf(id, "wakeonlan")).toMatchObject({ state: "ok", reason: expect.stringMatching(/do not report/) });
  expect(await work().say(job, said())).toBe("over");
});

it("jobs go with a node that is purged", async () => {
  await makePartitions(house.db);
  const agent = await fleet.join("purged");
  const { id } = await order(agent);
  const job = await handedOver(work(), agent);
  await work().say(job, said());
  await fleet.registry().purge(agent.nodeId);
  expect(await work().find(job.id)).toBeUndefined();
  expect(await count(house.db, "job_events where job_id = $1", [job.id])).toBe(0);
  expect(await jobs().order(id)).toMatchObject({ counts: {} });
});

it("jobs follow their agent where nodes are merged, split, and put back", async () => {
  const identity = createNodeIdentity(house.db, () => undefined);
  const [agent, other] = [await fleet.join("moves"), await fleet.join("moves-to")] as const;
  const { id } = await order(agent);
  const nodeOf = async () => (await jobOf(id)).nodeId;
  const merged = await identity.merge(other.nodeId, agent.nodeId, "ann");
  expect(await nodeOf()).toBe(other.nodeId);
  expect(await handedOver(work(), await fleet.now("moves"))).toMatchObject({ nodeId: other.nodeId });
  // The node that is no more leads to the other.
  expect((await jobs().create(orderFor([agent]), "ann")).left).toEqual([]);
  await identity.undo(merged.id, "ann");
  expect(await nodeOf()).toBe(agent.nodeId);
  await identity.merge(other.nodeId, agent.nodeId, "ann");
  const split = await identity.split(other.nodeId, [agent.agentId], "ann");
  expect(await nodeOf()).toBe(split.other.id);
  expect(await jobOf(id)).toMatchObject({ state: "sent" });
});
