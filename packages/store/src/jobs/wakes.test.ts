import { randomUUID } from "node:crypto";
import type { JobView, NewOrder } from "@gatehouse/core/jobs";
import type { KnownAgent } from "@gatehouse/core/nodes";
import { beforeEach, expect, it } from "vitest";
import { useDatabase } from "../store.test.helper.js";
import { createJobs } from "./jobs.js";
import { age, fleetOn, orderFor, PROVEN } from "./jobs.test.helper.js";
import { createWakes } from "./wakes.js";
import { createAgentWork } from "./work.js";

const house = useDatabase();
const fleet = fleetOn(house);
const jobs = () => createJobs(house.db);
const wakes = () => createWakes(house.db);
const WAKE: Partial<NewOrder> = { work: { task: "wake", spec: { tasks: ["inventory", "Deploy"] } } };
beforeEach(() => house.db.run("delete from job_orders"));

/** Orders a wake. @returns the wake */
async function ordered(agent: KnownAgent, more: Partial<NewOrder> = WAKE): Promise<JobView> {
  const { order } = await jobs().create(orderFor([agent], more), "ann");
  const [wake] = (await jobs().list({ orderId: order.id, task: "wake" }, { limit: 1 })).jobs;
  return wake as JobView;
}

it("gives the wakes of agents that wait here, with what they are to run, and none of others", async () => {
  const [agent, other] = [await fleet.join("waits-1"), await fleet.join("waits-2")];
  const wake = await ordered(agent);
  await ordered(other);
  expect(await wakes().ofWaiting([])).toEqual([]);
  expect(await wakes().ofWaiting(["'", randomUUID(), "\0"])).toEqual([]);
  expect(await wakes().ofWaiting([agent.agentId, "__proto__"])).toEqual([
    { jobId: wake.id, agentId: agent.agentId, tasks: ["inventory", "Deploy"] },
  ]);
  expect(await jobs().find(wake.id)).toMatchObject({ state: "sent", timesSent: 1, sentAt: expect.any(Date) });
  expect(await wakes().ofWaiting([agent.agentId])).toEqual([]);
});

it("tells who is woken for another order's job of that order's task", async () => {
  const agent = await fleet.join("for-a-job");
  await ordered(agent, { wake: true });
  expect(await wakes().ofWaiting([agent.agentId])).toMatchObject([{ tasks: ["collect"] }]);
});

it("gives none that is not due, none that is done, and none of a machine that is out of service", async () => {
  const [later, here, out] = [await fleet.join("later"), await fleet.join("here"), await fleet.join("out-of-service")];
  const far = new Date("2040-01-01T00:00:00Z");
  await ordered(later, { ...WAKE, notBefore: far });
  expect(await wakes().nextAt()).toEqual(far);
  await ordered(here);
  await createAgentWork(house.db).workFor(await fleet.now("here"), PROVEN);
  const wake = await ordered(out);
  await age(house.db, wake.id, 10);
  await fleet.registry().setState(out.nodeId, "deactivated", "ann");
  const ids = [later, here, out].map(({ agentId }) => agentId);
  expect(await wakes().ofWaiting(ids)).toEqual([]);
  expect(await wakes().forPorts(10)).toEqual([]);
  // What nobody may be called for is nothing to wait for.
  expect(await wakes().nextAt()).toEqual(far);
  await fleet.registry().setState(out.nodeId, "active", "ann");
  expect(await wakes().ofWaiting(ids)).toMatchObject([{ jobId: wake.id }]);
});

it("of gateways that ask at once one gets a wake, and for a minute no other", async () => {
  const agent = await fleet.join("asked-at-once");
  const wake = await ordered(agent);
  const got = await Promise.all(Array.from({ length: 6 }, () => wakes().ofWaiting([agent.agentId])));
  expect(got.flat()).toHaveLength(1);
  await age(house.db, wake.id, 59);
  expect(await wakes().ofWaiting([agent.agentId])).toEqual([]);
  await age(house.db, wake.id, 2);
  expect(await wakes().ofWaiting([agent.agentId])).toHaveLength(1);
  expect((await jobs().find(wake.id))?.timesSent).toBe(2);
});

it("tries the port of who was found nowhere within a second, once, with the address and port that are known", async () => {
  const from = { kind: "address", value: "192.0.2.9", proof: "observed" } as const;
  const agent = await fleet.join("ported", {
    evidence: [{ kind: "address", value: "10.0.0.1" }, from],
    merge: () => ({ deviceId: "ported", httpd: { port: "62354" } }),
  });
  const wake = await ordered(agent);
  await age(house.db, wake.id, 2);
  expect(await wakes().forPorts(0)).toEqual([]);
  const got = await Promise.all(Array.from({ length: 4 }, () => wakes().forPorts(10)));
  expect(got.flat()).toEqual([
    { jobId: wake.id, agentId: agent.agentId, tasks: ["inventory", "Deploy"], address: "192.0.2.9", port: 62354 },
  ]);
  await age(house.db, wake.id, 120);
  expect(await wakes().forPorts(10)).toEqual([]);
  // It may wait with a gateway by now.
  expect(await wakes().ofWaiting([agent.agentId])).toHaveLength(1);
});

it("leaves a wake that is not a second old to those with whom its agent may wait", async () => {
  const agent = await fleet.join("fresh");
  const wake = await ordered(agent, { ...WAKE, notBefore: new Date("2040-01-01T00:00:00Z") });
  await house.db.run("update jobs set due_at = now() where id = $1", [wake.id]);
  expect((await wakes().nextAt())?.getTime()).toBeLessThanOrEqual(Date.now());
  expect(await wakes().ofWaiting([agent.agentId])).toHaveLength(1);
  expect(await wakes().nextAt()).toBeNull();
});

it("tries the port when a wait led to nothing in a minute", async () => {
  const agent = await fleet.join("second-way");
  const wake = await ordered(agent);
  await wakes().ofWaiting([agent.agentId]);
  await age(house.db, wake.id, 30);
  expect(await wakes().forPorts(10)).toEqual([]);
  await age(house.db, wake.id, 31);
  expect(await wakes().forPorts(10)).toMatchObject([{ jobId: wake.id, address: undefined, port: undefined }]);
});

it("tries an agent's port once, however many wakes it has", async () => {
  const agent = await fleet.join("twice-ordered");
  const [first, second] = [await ordered(agent), await ordered(agent)];
  for (const { id } of [first, second]) await age(house.db, id, 2);
  expect((await wakes().forPorts(10)).map(({ jobId }) => jobId)).toEqual([first.id]);
  expect(await wakes().forPorts(10)).toEqual([]);
  await age(house.db, first.id, 61);
  expect((await wakes().forPorts(10)).map(({ jobId }) => jobId)).toEqual([second.id]);
});

it.each([
  ["from what it says with each contact", { from: "198.51.100.1", httpd: { port: 1 } }, "198.51.100.1", 1],
  ["from nothing", {}, undefined, undefined],
  ["not from what is no port", { httpd: { port: "62354; rm" } }, undefined, undefined],
  ["not from a port that is none", { httpd: { port: "65536" } }, undefined, undefined],
  ["not from port 0", { httpd: { port: 0 } }, undefined, undefined],
  ["not from a list", { httpd: [], from: null }, undefined, undefined],
])("knows where an agent listens %s", async (name, attributes, address, port) => {
  const agent = await fleet.join(`listens ${name}`, { merge: () => attributes });
  const wake = await ordered(agent);
  await age(house.db, wake.id, 2);
  expect(await wakes().forPorts(10)).toMatchObject([{ address, port }]);
});

it("how a way went is a line in the wake's story, also after its agent came", async () => {
  const agent = await fleet.join("told");
  const wake = await ordered(agent);
  await wakes().told(wake.id, "port", { ok: false, message: "refused\0" });
  await createAgentWork(house.db).workFor(await fleet.now("told"), PROVEN);
  await wakes().told(wake.id, "w".repeat(500), { ok: true, message: "m".repeat(5_000) });
  const { events } = await jobs().events(wake.id, { limit: 10 });
  expect(events).toMatchObject([
    { seq: 1, by: "gatehouse", about: "port", status: "ko", message: "refused" },
    { seq: 2, by: "gatehouse", message: "The agent came." },
    { seq: 3, by: "gatehouse", about: "w".repeat(100), status: "ok", message: "m".repeat(2_000) },
  ]);
  for (const id of [randomUUID(), "'"]) await wakes().told(id, "port", { ok: true, message: "" });
  // What is no wake has no ways.
  const { order } = await jobs().create(orderFor([agent]), "ann");
  const [other] = (await jobs().list({ orderId: order.id }, { limit: 1 })).jobs;
  await wakes().told(other?.id ?? "", "port", { ok: true, message: "" });
  const both = [await ordered(await fleet.join("told-1")), await ordered(await fleet.join("told-2"))].map(
    ({ id }) => id,
  );
  await wakes().told([...both, randomUUID(), "'", other?.id ?? ""], "wait", { ok: true, message: "all" });
  for (const id of both)
    expect((await jobs().events(id, { limit: 10 })).events).toMatchObject([{ seq: 1, message: "all" }]);
  await wakes().told([], "wait", { ok: true, message: "nobody" });
  expect((await jobs().events(other?.id ?? "", { limit: 10 })).events).toEqual([]);
});
