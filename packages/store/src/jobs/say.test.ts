import { randomUUID } from "node:crypto";
import type { Job } from "@gatehouse/core/jobs";
import { expect, it } from "vitest";
import { makePartitions } from "../partitions.js";
import { count, useDatabase } from "../store.test.helper.js";
import { createJobs } from "./jobs.js";
import { fleetOn, handedOver, orderFor, said } from "./jobs.test.helper.js";
import { MOST_EVENTS, MOST_JOB_BYTES } from "./said.js";
import { createAgentWork } from "./work.js";

const house = useDatabase();
const fleet = fleetOn(house);
const jobs = () => createJobs(house.db);
const work = () => createAgentWork(house.db);
let n = 0;

/** A job that was handed over, of an agent of its own. */
async function sent(): Promise<Job> {
  const agent = await fleet.join(`says-${++n}`);
  await jobs().create(orderFor([agent]), "ann");
  return handedOver(work(), agent);
}
const events = async (job: Job) => (await jobs().events(job.id, { limit: 100 })).events;
const reportOf = async (job: Job): Promise<Record<string, unknown> | undefined> => {
  const [row] = await house.db.run<{ body: string }>(
    `select convert_from(s.body, 'UTF8') as body from submissions s join inbox i on i.id = s.id
     where s.agent_id = $1 and s.kind = 'job.result' and i.kind = s.kind and s.size = length(s.body)`,
    [job.agentId],
  );
  return row && JSON.parse(row.body);
};

it("notes what is said in its order; the first word makes it run", async () => {
  const job = await sent();
  expect(await work().say(job, said({ step: "checking", about: "check 1", data: { found: 1 } }))).toBe("noted");
  expect(await work().say(job, said({ step: null, status: null, message: null }))).toBe("noted");
  expect(await jobs().find(job.id)).toMatchObject({
    ...{ state: "running", startedAt: expect.any(Date), heardAt: expect.any(Date), endedAt: null, waitsBecause: null },
  });
  expect(await events(job)).toEqual([
    {
      ...{
        seq: 1,
        at: expect.any(Date),
        by: "agent",
        step: "checking",
        about: "check 1",
        status: "ok",
        message: "said",
      },
      data: { found: 1 },
    },
    { seq: 2, at: expect.any(Date), by: "agent", step: null, about: null, status: null, message: null },
  ]);
  expect(await reportOf(job)).toBeUndefined();
});

it("what ends it hands its report in with that, and what comes after is stored nowhere", async () => {
  await makePartitions(house.db);
  const job = await sent();
  let told = 0;
  const ending = createAgentWork(house.db, () => told++);
  await ending.say(job, said({ about: "action 1", status: "ko", message: "it broke" }));
  expect(told).toBe(0);
  expect(await ending.say(job, said({ step: null, end: "ko", reason: "no space", message: "failed" }))).toBe("noted");
  expect(told).toBe(1);
  expect(await jobs().find(job.id)).toMatchObject({ state: "ko", reason: "no space", endedAt: expect.any(Date) });
  expect(await reportOf(job)).toMatchObject({
    ...{ id: job.id, task: "collect", state: "ko", reason: "no space", order: { id: job.orderId, by: "ann" } },
    events: [{ about: "action 1", status: "ko", message: "it broke", by: "agent" }, { message: "failed" }],
  });
  for (const end of [undefined, "ok", "ko", "skipped"] as const)
    expect(await work().say(job, said({ ...(end && { end }) }))).toBe("over");
  expect(await events(job)).toHaveLength(2);
  expect(await jobs().find(job.id)).toMatchObject({ state: "ko" });
  expect(await count(house.db, "inbox where agent_id = $1", [job.agentId])).toBe(1);
  expect((await work().find(job.id))?.agent.hasWork).toBe(false);
});

it("makes room for reports where there is none for today", async () => {
  const partitions = await house.db.run<{ name: string }>(
    "select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'submissions'::regclass",
  );
  for (const { name } of partitions) await house.db.run(`drop table ${name}`);
  const job = await sent();
  expect(await work().say(job, said({ end: "ok" }))).toBe("noted");
  expect(await reportOf(job)).toMatchObject({ state: "ok" });
  expect(await events(job)).toHaveLength(1);
});

it("several ends at once: one counts, and one report is made", async () => {
  const job = await sent();
  const heard = await Promise.all(
    (["ok", "ko", "skipped", "ok", "ko"] as const).map((end) => work().say(job, said({ end }))),
  );
  expect(heard.sort()).toEqual(["noted", "over", "over", "over", "over"]);
  expect(await count(house.db, "inbox where agent_id = $1", [job.agentId])).toBe(1);
});

it("words that come at once are all kept, each with a place of its own", async () => {
  const job = await sent();
  await Promise.all(Array.from({ length: 20 }, (_, i) => work().say(job, said({ message: `word ${i}` }))));
  const kept = await events(job);
  expect(kept.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  expect(new Set(kept.map(({ message }) => message)).size).toBe(20);
});

it("hears nothing of another agent's job, of none, and of one that was not handed over", async () => {
  const [job, other] = [await sent(), await sent()];
  const notFound = { code: "not-found", message: "There is no such job." };
  await expect(work().say({ id: job.id, agentId: other.agentId }, said({ end: "ok" }))).rejects.toMatchObject(notFound);
  await expect(work().say({ id: randomUUID(), agentId: job.agentId }, said())).rejects.toMatchObject(notFound);
  await expect(work().say({ id: "'", agentId: "\0" }, said())).rejects.toMatchObject(notFound);
  const agent = await fleet.join("says-early");
  const { order } = await jobs().create(orderFor([agent]), "ann");
  const [prepared] = (await jobs().list({ orderId: order.id }, { limit: 1 })).jobs;
  await expect(work().say(prepared as Job, said({ end: "ok" }))).rejects.toMatchObject(notFound);
  expect(await events(job)).toEqual([]);
  expect(await jobs().find(job.id)).toMatchObject({ state: "sent" });
});

it("a job that said as much as it may is full, and its end is noted still, shortly", async () => {
  for (const full of [`events = ${MOST_EVENTS}`, `event_bytes = ${MOST_JOB_BYTES - 100}`]) {
    const job = await sent();
    await work().say(job, said());
    await house.db.run(`update jobs set ${full} where id = $1`, [job.id]);
    const much = said({ message: "x".repeat(5_000), data: { much: "y".repeat(5_000) } });
    expect(await work().say(job, much)).toBe("full");
    expect(await events(job)).toHaveLength(1);
    expect(await jobs().find(job.id)).toMatchObject({ state: "running" });
    expect(await work().say(job, { ...much, end: "ok" })).toBe("noted");
    const last = (await events(job)).at(-1);
    expect(last?.message).toHaveLength(1_000);
    expect(last?.data).toBeUndefined();
    expect(await jobs().find(job.id)).toMatchObject({ state: "ok" });
  }
});

it("leaves out data that is too much or nests too deep, and cuts what is too long", async () => {
  const job = await sent();
  const deep = JSON.parse(`${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`);
  await work().say(job, said({ data: deep, message: "m" }));
  await work().say(job, said({ data: { big: "x".repeat(70_000) }, message: "m" }));
  await work().say(job, said({ message: "é".repeat(70_000), about: "a".repeat(5_000) }));
  const [nested, big, long] = await events(job);
  expect(nested).toMatchObject({ message: "m", data: { leftOut: expect.stringMatching(/levels/) } });
  expect(big).toMatchObject({ message: "m", data: { leftOut: expect.stringMatching(/bytes/) } });
  expect(long?.message).toHaveLength(15_000);
  expect(long?.about).toHaveLength(500);
});

it("keeps hostile texts and keys as data", async () => {
  const job = await sent();
  const data = JSON.parse('{"__proto__":{"polluted":1},"constructor":"c","a\\u0000b":"\\ud800","":null}');
  await work().say(job, said({ step: "s\0", about: "\ud800", message: "'; drop table jobs; --\0", data }));
  await work().say(job, said({ end: "ko", reason: "r\0\udfff" }));
  const [event] = await events(job);
  expect(event).toMatchObject({ step: "s", about: "\ufffd", message: "'; drop table jobs; --" });
  expect(JSON.parse(JSON.stringify(event?.data))).toEqual(
    JSON.parse('{"__proto__":{"polluted":1},"constructor":"c","ab":"\ufffd","":null}'),
  );
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  expect(await jobs().find(job.id)).toMatchObject({ reason: "r\ufffd" });
  expect(await reportOf(job)).toMatchObject({ reason: "r\ufffd" });
});

it("counts the things of a kind that its agent told of, each once, and those that went wrong", async () => {
  const job = await sent();
  const about = async (thing: string | null, status: "ok" | "ko" | null) =>
    work().say(job, said({ step: null, about: thing, status, message: null }));
  expect(await work().tally(job.id, "device")).toEqual({ things: 0, failed: 0 });
  for (const thing of ["device 1", "device 1", "device 2", "devices 9", "other 3", "device%", null])
    await about(thing, "ok");
  await about("device 3", "ko");
  await about("device 4", null);
  expect(await work().tally(job.id, "device")).toEqual({ things: 4, failed: 1 });
  for (const nobody of [(await sent()).id, "no id"])
    expect(await work().tally(nobody, "device")).toEqual({ things: 0, failed: 0 });
});
