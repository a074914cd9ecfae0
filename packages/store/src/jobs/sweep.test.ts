import type { JobView, NewOrder } from "@gatehouse/core/jobs";
import type { KnownAgent } from "@gatehouse/core/nodes";
import { beforeEach, expect, it, vi } from "vitest";
import { count, useDatabase } from "../store.test.helper.js";
import { createJobs } from "./jobs.js";
import { age, ESX, fleetOn, handedOver, orderFor, said, UNPROVEN, WAKEONLAN } from "./jobs.test.helper.js";
import { dropOldJobs } from "./retention.js";
import { MOST_EVENTS, MOST_JOB_BYTES } from "./said.js";
import { endOverdueJobs } from "./sweep.js";
import { createWakes } from "./wakes.js";
import { createAgentWork } from "./work.js";

const house = useDatabase();
const fleet = fleetOn(house);
const jobs = () => createJobs(house.db);
const work = () => createAgentWork(house.db);
const sweep = () => endOverdueJobs(house.db);
beforeEach(() => house.db.run("delete from job_orders"));

async function ordered(agent: KnownAgent, more: Partial<NewOrder> = {}): Promise<JobView> {
  const { order } = await jobs().create(orderFor([agent], { waitSeconds: 1_000, silenceSeconds: 100, ...more }), "ann");
  const [job] = (await jobs().list({ orderId: order.id }, { limit: 1 })).jobs;
  return job as JobView;
}
const now = async ({ id }: { readonly id: string }) => (await jobs().find(id)) as JobView;

it("ends what nobody took in its time, with why", async () => {
  const agent = await fleet.join("never-came");
  const job = await ordered(agent);
  await age(house.db, job.id, 990);
  expect(await sweep()).toEqual({ timedOut: 0, done: 0 });
  await age(house.db, job.id, 11);
  await house.db.run("update agent_contacts set last_seen = now() - interval '1 day' where agent_id = $1", [
    agent.agentId,
  ]);
  expect(await sweep()).toEqual({ timedOut: 1, done: 0 });
  expect(await now(job)).toMatchObject({
    ...{ state: "timed-out", endedAt: expect.any(Date), waitsBecause: null },
    reason: expect.stringMatching(/^Nobody took it in time\. The agent was not seen since/),
  });
  expect(await sweep()).toEqual({ timedOut: 0, done: 0 });
  const { events } = await jobs().events(job.id, { limit: 10 });
  expect(events).toMatchObject([{ by: "gatehouse", message: expect.stringMatching(/^Nobody took it/) }]);
  expect(await count(house.db, "inbox where agent_id = $1 and kind = 'job.result'", [agent.agentId])).toBe(1);
  expect((await fleet.now("never-came")).hasWork).toBe(false);
});

it("says that a proof was missing where that is why", async () => {
  await house.db.run(
    "insert into credentials (name, kind, secret, created_by) values ('vmware', 'password', '', 'ann')",
  );
  const agent = await fleet.join("never-proved");
  const job = await ordered(agent, { work: ESX });
  await work().workFor(await fleet.now("never-proved"), UNPROVEN);
  await age(house.db, job.id, 1_001);
  await sweep();
  expect((await now(job)).reason).toMatch(/without a proof/);
});

it("ends what is silent since it was handed over, by the last time that it was", async () => {
  const agent = await fleet.join("silent-sent");
  const job = await ordered(agent);
  await handedOver(work(), agent);
  await age(house.db, job.id, 90);
  await handedOver(work(), agent);
  await age(house.db, job.id, 90);
  expect(await sweep()).toMatchObject({ timedOut: 0 });
  await age(house.db, job.id, 11);
  expect(await sweep()).toMatchObject({ timedOut: 1 });
  expect(await now(job)).toMatchObject({ state: "timed-out", reason: expect.stringMatching(/handed over 2 times/) });
});

it("ends what is handed over again and again, and of which no word comes", async () => {
  const agent = await fleet.join("never-says");
  const job = await ordered(agent, { waitSeconds: 200 });
  for (let i = 0; i < 3; i++) {
    await handedOver(work(), agent);
    await age(house.db, job.id, 90);
    expect(await sweep()).toMatchObject({ timedOut: 0 });
  }
  await handedOver(work(), agent);
  await age(house.db, job.id, 31);
  expect(await sweep()).toMatchObject({ timedOut: 1 });
  expect(await now(job)).toMatchObject({ state: "timed-out", reason: expect.stringMatching(/handed over 4 times/) });
});

it("ends what is silent while it runs, and not while words of it come", async () => {
  const agent = await fleet.join("silent-running");
  const job = await ordered(agent);
  await handedOver(work(), agent);
  await work().say(job, said());
  for (let i = 0; i < 3; i++) {
    await age(house.db, job.id, 90);
    await work().say(job, said());
    expect(await sweep()).toMatchObject({ timedOut: 0 });
  }
  await age(house.db, job.id, 101);
  expect(await sweep()).toMatchObject({ timedOut: 1 });
  expect(await now(job)).toMatchObject({ state: "timed-out", reason: expect.stringMatching(/for 100 seconds/) });
  expect(await work().say(job, said({ end: "ok" }))).toBe("over");
});

it("ends wake-on-LAN as handed over, and a wake whose agent never came whatever was tried", async () => {
  const agent = await fleet.join("wakes");
  const lan = await ordered(agent, { work: WAKEONLAN });
  await handedOver(work(), agent, "wakeonlan");
  const wake = await ordered(agent, { work: { task: "wake", spec: { tasks: ["inventory"] } } });
  await createWakes(house.db).ofWaiting([agent.agentId]);
  await age(house.db, lan.id, 61);
  await age(house.db, wake.id, 999);
  expect(await sweep()).toEqual({ timedOut: 0, done: 1 });
  expect(await now(lan)).toMatchObject({ state: "ok", reason: "Handed over; agents do not report on it." });
  await age(house.db, wake.id, 2);
  expect(await sweep()).toEqual({ timedOut: 1, done: 0 });
  expect(await now(wake)).toMatchObject({ state: "timed-out", reason: "The agent did not come in time." });
});

it("several gateways that sweep at once end each job once", async () => {
  const agents = await Promise.all(Array.from({ length: 20 }, (_, i) => fleet.join(`swept-${i}`)));
  await jobs().create(orderFor(agents, { waitSeconds: 10 }), "ann");
  await house.db.run("update jobs set due_at = due_at - interval '1 hour', look_at = now()");
  const swept = await Promise.all(Array.from({ length: 4 }, sweep));
  expect(swept.reduce((sum, { timedOut }) => sum + timedOut, 0)).toBe(20);
  expect(await count(house.db, "job_events")).toBe(20);
  expect(
    await count(
      house.db,
      "inbox i join agents a on a.id = i.agent_id where a.attributes ->> 'deviceId' like 'swept-%'",
    ),
  ).toBe(20);
});

/** Jobs whose stories are as long as agents may make them, and two without a word. */
async function longStories(name: string) {
  const agents = await Promise.all(Array.from({ length: 6 }, (_, i) => fleet.join(`${name}-${i}`)));
  const { order } = await jobs().create(orderFor(agents, { waitSeconds: 10 }), "ann");
  const { jobs: made } = await jobs().list({ orderId: order.id }, { limit: 10 });
  await house.db.run("update jobs set events = $2, event_bytes = $3 where id = any($1::uuid[])", [
    ...[made.slice(0, 4).map(({ id }) => id), MOST_EVENTS, MOST_JOB_BYTES],
  ]);
  return order;
}
/** By the transaction that wrote each row last. */
const transactions = () => count(house.db, "(select distinct xmin::text from jobs) as x");

it("no statement ends more long stories than it has time for: agents could keep all others from their end", async () => {
  await longStories("long-swept");
  await house.db.run("update jobs set due_at = due_at - interval '1 hour', look_at = now()");
  expect(await sweep()).toEqual({ timedOut: 6, done: 0 });
  expect(await transactions()).toBeGreaterThanOrEqual(4);
  const cancelled = await longStories("long-cancelled");
  expect(await jobs().cancel({ orderId: cancelled.id }, "ann")).toBe(6);
  expect(await transactions()).toBeGreaterThanOrEqual(8);
  expect(await count(house.db, "job_events")).toBe(12);
});

it("retention takes long stories a few at a time", async () => {
  const order = await longStories("long-dropped");
  await jobs().cancel({ orderId: order.id }, "ann");
  await house.db.run("update jobs set ended_at = ended_at - interval '11 days'");
  const run = vi.spyOn(house.db, "run");
  expect(await dropOldJobs(house.db, 10)).toMatchObject({ jobs: 6 });
  const deleted = await Promise.all(run.mock.results.map(async ({ value }) => ((await value) as unknown[]).length));
  run.mockRestore();
  expect(Math.max(...deleted)).toBeLessThan(4);
});

it("retention takes jobs that ended long ago, and orders with the last of them; what is open stays", async () => {
  const agents = [await fleet.join("old-1"), await fleet.join("old-2"), await fleet.join("old-3")] as const;
  const { order } = await jobs().create(orderFor(agents), "ann");
  for (const agent of agents.slice(0, 2)) await work().say(await handedOver(work(), agent), said({ end: "ok" }));
  const old = "interval '11 days'";
  await house.db.run(`update job_orders set created_at = created_at - ${old}`);
  expect(await dropOldJobs(house.db, 10)).toEqual({ jobs: 0, orders: 0, versions: 0 });
  await house.db.run(`update jobs set ended_at = ended_at - ${old} where agent_id = $1`, [agents[0].agentId]);
  expect(await dropOldJobs(house.db, 10)).toEqual({ jobs: 1, orders: 0, versions: 0 });
  expect((await jobs().order(order.id))?.counts).toEqual({ prepared: 1, ok: 1 });
  await work().say(await handedOver(work(), agents[2]), said({ end: "ko" }));
  await house.db.run(`update jobs set ended_at = ended_at - ${old}`);
  expect(await dropOldJobs(house.db, 10)).toEqual({ jobs: 2, orders: 1, versions: 0 });
  expect(await jobs().order(order.id)).toBeUndefined();
  expect(await count(house.db, "job_events")).toBe(0);
});

it("an order for nobody goes by its own age", async () => {
  const [node] = await house.db.run<{ nodeId: string }>(
    `insert into nodes (name) values ('without agents') returning id as "nodeId"`,
  );
  const { order, jobs: made } = await jobs().create(orderFor([node as { nodeId: string }]), "ann");
  expect(made).toBe(0);
  expect(await dropOldJobs(house.db, 10)).toMatchObject({ orders: 0 });
  await house.db.run("update job_orders set created_at = created_at - interval '11 days' where id = $1", [order.id]);
  expect(await dropOldJobs(house.db, 10)).toMatchObject({ orders: 1 });
});
