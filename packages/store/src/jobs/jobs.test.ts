import { randomUUID } from "node:crypto";
import type { JobView } from "@gatehouse/core/jobs";
import { beforeEach, expect, it } from "vitest";
import { encodeCursor } from "../cursor.js";
import { count, useDatabase } from "../store.test.helper.js";
import { createJobs } from "./jobs.js";
import { age, COLLECT, fleetOn, handedOver, orderFor, said, WAKEONLAN } from "./jobs.test.helper.js";
import { createAgentWork } from "./work.js";

const house = useDatabase();
const fleet = fleetOn(house);
const jobs = () => createJobs(house.db);
const work = () => createAgentWork(house.db);
beforeEach(() => house.db.run("delete from job_orders"));
const malformed = { code: "request-malformed" };
const foreign = [
  "",
  "x",
  encodeCursor("orders", "1").slice(1),
  encodeCursor("nodes", "1"),
  encodeCursor("jobs", "-1"),
  "\0",
];

it("lists orders newest first, page by page, and finds them by id and by name", async () => {
  const agent = await fleet.join("orders");
  const made = [];
  for (const name of ["one", "two", undefined, "four"])
    made.unshift((await jobs().create(orderFor([agent], { ...(name && { name }) }), "ann")).order);
  const first = await jobs().orders({ limit: 3 });
  expect(first.orders).toEqual(made.slice(0, 3));
  const rest = await jobs().orders({ limit: 3, after: first.next ?? "" });
  expect(rest).toEqual({ orders: made.slice(3), next: null });
  expect(await jobs().order("two")).toEqual(made[2]);
  expect(await jobs().order("TWO")).toBeUndefined();
  expect(await jobs().order(made[1]?.id.toUpperCase() ?? "")).toEqual(made[1]);
  for (const none of ["", "three", randomUUID(), "' or true --"]) expect(await jobs().order(none)).toBeUndefined();
  const identities = await jobs().identities();
  expect([...identities].sort()).toEqual(made.flatMap(({ name, id }) => (name === null ? [] : [[name, id]])).sort());
  for (const after of foreign) await expect(jobs().orders({ limit: 1, after })).rejects.toMatchObject(malformed);
});

it("an order's id comes before another's name that is just that", async () => {
  const agent = await fleet.join("sly");
  const { order } = await jobs().create(orderFor([agent], { name: "real" }), "ann");
  await jobs().create(orderFor([agent], { name: order.id }), "mallory");
  expect(await jobs().order(order.id)).toEqual(order);
});

it("a list names some of an order's nodes, the order all of them", async () => {
  const nodes = await house.db.run<{ nodeId: string }>(
    `insert into nodes (name) select 'many-' || i from generate_series(1, 120) i returning id as "nodeId"`,
  );
  const { order } = await jobs().create(orderFor(nodes), "ann");
  const target = { nodes: nodes.map(({ nodeId }) => nodeId) };
  expect(order.target).toEqual(target);
  expect((await jobs().order(order.id))?.target).toEqual(target);
  expect((await jobs().orders({ limit: 1 })).orders[0]?.target).toEqual({ nodes: target.nodes.slice(0, 100) });
});

it("counts an order's jobs by state", async () => {
  const agents = [await fleet.join("count-1"), await fleet.join("count-2"), await fleet.join("count-3")] as const;
  const { order } = await jobs().create(orderFor(agents, { wake: true }), "ann");
  await handedOver(work(), agents[0]);
  await work().say(await handedOver(work(), agents[1]), said({ end: "ko" }));
  expect((await jobs().order(order.id))?.counts).toEqual({ prepared: 1, sent: 1, ko: 1 });
});

it("lists jobs newest first, page by page, narrowed by order, node, state and task", async () => {
  const [one, two] = [await fleet.join("list-1"), await fleet.join("list-2")];
  const { order } = await jobs().create(orderFor([one, two]), "ann");
  await jobs().create(orderFor([one], { work: WAKEONLAN }), "ann");
  await handedOver(work(), two);
  const numbers = async (filter: Parameters<ReturnType<typeof jobs>["list"]>[0]) =>
    (await jobs().list(filter, { limit: 10 })).jobs.map(({ nodeName, work: { task } }) => `${nodeName} ${task}`);
  expect(await numbers({})).toEqual(["list-1 wakeonlan", "list-2 collect", "list-1 collect"]);
  expect(await numbers({ orderId: order.id })).toEqual(["list-2 collect", "list-1 collect"]);
  expect(await numbers({ nodeId: one.nodeId })).toEqual(["list-1 wakeonlan", "list-1 collect"]);
  expect(await numbers({ state: "sent" })).toEqual(["list-2 collect"]);
  expect(await numbers({ task: "wakeonlan" })).toEqual(["list-1 wakeonlan"]);
  expect(await numbers({ orderId: order.id, nodeId: one.nodeId, state: "prepared", task: "collect" })).toEqual([
    "list-1 collect",
  ]);
  expect(await numbers({ orderId: randomUUID() })).toEqual([]);
  expect(await numbers({ nodeId: "' or true --" })).toEqual([]);
  const first = await jobs().list({}, { limit: 2 });
  const second = await jobs().list({}, { limit: 2, after: first.next ?? "" });
  expect([...first.jobs, ...second.jobs].map(({ nodeName }) => nodeName)).toEqual(["list-1", "list-2", "list-1"]);
  expect(second.next).toBeNull();
  for (const after of foreign) await expect(jobs().list({}, { limit: 1, after })).rejects.toMatchObject(malformed);
  for (const id of ["", "x", randomUUID(), "\0"]) expect(await jobs().find(id)).toBeUndefined();
});

it("says why a job waits: for its time, for its agent, for a node that is let in, for a task", async () => {
  const agent = await fleet.join("why", { traits: { installedTasks: ["Inventory"], enabledTasks: ["inventory"] } });
  const { order } = await jobs().create(orderFor([agent], { notBefore: new Date(Date.now() + 3_600_000) }), "ann");
  const job = async () => (await jobs().list({ orderId: order.id }, { limit: 1 })).jobs[0] as JobView;
  const code = async () => (await job()).waitsBecause?.code;
  expect(await code()).toBe("not-due");
  await age(house.db, (await job()).id, 7_200);
  expect(await code()).toBe("module-missing");
  await house.db.run("update agent_contacts set last_seen = now() - interval '3 hours' where agent_id = $1", [
    agent.agentId,
  ]);
  expect(await code()).toBe("not-seen-since");
  await house.db.run("delete from agent_contacts where agent_id = $1", [agent.agentId]);
  expect(await code()).toBe("not-seen-since");
  await house.db.run("update nodes set state = 'quarantined' where id = $1", [agent.nodeId]);
  expect(await code()).toBe("quarantined");
  await house.db.run("update nodes set state = 'deactivated' where id = $1", [agent.nodeId]);
  expect(await code()).toBe("node-not-active");
  // What is no list of texts says nothing.
  await house.db.run("update nodes set state = 'active' where id = $1", [agent.nodeId]);
  await house.db.run("update agents set traits = $2 where id = $1", [
    agent.agentId,
    { installedTasks: { a: 1 }, enabledTasks: [1] },
  ]);
  await house.db.run("insert into agent_contacts values ($1, now())", [agent.agentId]);
  expect(await code()).toBe("not-asked");
});

it("tells what was said of a job, page by page", async () => {
  const agent = await fleet.join("events");
  await jobs().create(orderFor([agent]), "ann");
  const job = await handedOver(work(), agent);
  for (const message of ["a", "b", "c"]) await work().say(job, said({ message }));
  const first = await jobs().events(job.id, { limit: 2 });
  expect(first.events.map(({ seq, message }) => [seq, message])).toEqual([
    [1, "a"],
    [2, "b"],
  ]);
  const rest = await jobs().events(job.id, { limit: 2, after: first.next ?? "" });
  expect(rest.events.map(({ message }) => message)).toEqual(["c"]);
  expect(rest.next).toBeNull();
  expect(await jobs().events(randomUUID(), { limit: 2 })).toEqual({ events: [], next: null });
  expect(await jobs().events("'", { limit: 2 })).toEqual({ events: [], next: null });
  for (const after of [...foreign, encodeCursor(randomUUID(), "1"), encodeCursor(job.id, "9".repeat(30))])
    await expect(jobs().events(job.id, { limit: 1, after })).rejects.toMatchObject(malformed);
});

it("cancels what is open of an order, with its wakes, also what runs; each leaves a report", async () => {
  const agents = await Promise.all(["cancel-1", "cancel-2", "cancel-3", "cancel-4"].map((name) => fleet.join(name)));
  const [, second, third, fourth] = agents as [never, (typeof agents)[0], (typeof agents)[0], (typeof agents)[0]];
  const { order } = await jobs().create(orderFor(agents, { wake: true }), "ann");
  await handedOver(work(), second);
  const running = await handedOver(work(), third);
  await work().say(running, said());
  await work().say(await handedOver(work(), fourth), said({ end: "ok" }));
  let told = 0;
  const cancelling = createJobs(house.db, () => told++);
  expect(await cancelling.cancel({ orderId: order.id }, "bob\0")).toBe(3);
  expect(told).toBe(1);
  expect((await jobs().order(order.id))?.counts).toEqual({ cancelled: 3, ok: 1 });
  expect(await count(house.db, "jobs where ended_at is null")).toBe(0);
  expect(await jobs().find(running.id)).toMatchObject({
    state: "cancelled",
    reason: "Cancelled by bob.",
    endedAt: expect.any(Date),
  });
  const { events } = await jobs().events(running.id, { limit: 10 });
  expect(events.at(-1)).toMatchObject({ seq: 2, by: "operator", message: "Cancelled by bob." });
  expect(await work().say(running, said({ end: "ok" }))).toBe("over");
  const ids = agents.map(({ agentId }) => agentId);
  // One of each job; wakes that came with them leave none.
  expect(await count(house.db, "inbox where kind = 'job.result' and agent_id = any($1)", [ids])).toBe(4);
  expect(await cancelling.cancel({ orderId: order.id }, "bob")).toBe(0);
  expect(told).toBe(1);
});

it("makes room for the reports of what it cancels where there is none for today", async () => {
  const partitions = await house.db.run<{ name: string }>(
    "select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'submissions'::regclass",
  );
  for (const { name } of partitions) await house.db.run(`drop table ${name}`);
  const { order } = await jobs().create(orderFor([await fleet.join("no-room")]), "ann");
  expect(await jobs().cancel({ orderId: order.id }, "ann")).toBe(1);
});

it("cancels one job with the wake that came with it, or a wake alone", async () => {
  const [one, two] = [await fleet.join("one-1"), await fleet.join("one-2")];
  const { order } = await jobs().create(orderFor([one, two], { wake: true }), "ann");
  const of = async (nodeId: string) => (await jobs().list({ orderId: order.id, nodeId }, { limit: 5 })).jobs;
  const job = (await of(one.nodeId)).find(({ work: { task } }) => task === "collect") as JobView;
  expect(await jobs().cancel({ jobId: job.id }, "ann")).toBe(1);
  expect((await of(one.nodeId)).map(({ state }) => state)).toEqual(["cancelled", "cancelled"]);
  const wake = (await of(two.nodeId)).find(({ work: { task } }) => task === "wake") as JobView;
  expect(await jobs().cancel({ jobId: wake.id }, "ann")).toBe(0);
  expect((await of(two.nodeId)).map(({ state, work: { task } }) => [task, state]).sort()).toEqual([
    ["collect", "prepared"],
    ["wake", "cancelled"],
  ]);
  for (const jobId of [randomUUID(), "'", ""]) expect(await jobs().cancel({ jobId }, "ann")).toBe(0);
});

it("cancels a large order whole", async () => {
  await house.db.run(
    `with n as (insert into nodes (name) select 'large-' || i from generate_series(1, 1200) i returning id)
     insert into agents (node_id, family) select id, 'inventory' from n`,
  );
  const nodes = await house.db.run<{ nodeId: string }>(`select id as "nodeId" from nodes where name like 'large-%'`);
  const { order, jobs: made } = await jobs().create(orderFor(nodes), "ann");
  expect(made).toBe(1_200);
  expect(await jobs().cancel({ orderId: order.id }, "ann")).toBe(1_200);
  expect((await jobs().order(order.id))?.counts).toEqual({ cancelled: 1_200 });
});

it("a cancellation while an agent speaks: the one or the other counts, with one report", async () => {
  for (let i = 0; i < 5; i++) {
    const agent = await fleet.join(`meanwhile-${i}`);
    await jobs().create(orderFor([agent]), "ann");
    const job = await handedOver(work(), agent);
    const [cancelled, heard] = await Promise.all([
      jobs().cancel({ jobId: job.id }, "ann"),
      work().say(job, said({ end: "ok" })),
    ]);
    expect([cancelled, heard, (await jobs().find(job.id))?.state]).toEqual(
      cancelled === 1 ? [1, "over", "cancelled"] : [0, "noted", "ok"],
    );
    expect(await count(house.db, "inbox where agent_id = $1", [agent.agentId])).toBe(1);
  }
});

it("works in another's transaction, and leaves nothing where that is undone", async () => {
  const agent = await fleet.join("bound");
  await expect(
    house.db.atomically(async (bound) => {
      const { order } = await createJobs(bound).create(orderFor([agent], { name: "bound", work: COLLECT }), "ann");
      // A name that is taken does not end the transaction.
      await expect(createJobs(bound).create(orderFor([agent], { name: "bound" }), "ann")).rejects.toMatchObject({
        code: "conflict",
      });
      expect(await createJobs(bound).order("bound")).toEqual(order);
      throw new Error("undone");
    }),
  ).rejects.toThrow("undone");
  expect(await jobs().order("bound")).toBeUndefined();
  expect((await fleet.now("bound")).hasWork).toBe(false);
});

it("counts what is open, what ended lately, and what waits for a proof; wakes do not count", async () => {
  const [one, two] = [await fleet.join("counted-1"), await fleet.join("counted-2")];
  const past = new Date(0);
  expect(await jobs().counts(past)).toEqual({ open: {}, ended: {}, unproven: 0 });
  await jobs().create(orderFor([one, two], { wake: true }), "ann");
  await jobs().create(orderFor([one], { work: { task: "wake", spec: { tasks: ["inventory"] } } }), "ann");
  const { order } = await jobs().create(orderFor([two], { work: WAKEONLAN }), "ann");
  await handedOver(work(), await fleet.now("counted-1"));
  await jobs().cancel({ orderId: order.id }, "ann");
  await house.db.run("update jobs set is_unproven = true where agent_id = $1", [two.agentId]);
  expect(await jobs().counts(past)).toEqual({ open: { prepared: 1, sent: 1 }, ended: { cancelled: 1 }, unproven: 1 });
  const tomorrow = new Date(Date.now() + 86_400_000);
  expect((await jobs().counts(tomorrow)).ended).toEqual({});
});
