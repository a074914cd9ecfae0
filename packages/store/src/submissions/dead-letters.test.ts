import type { Failure } from "@gatehouse/core/submissions";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dropPartitions, makePartitions } from "../partitions.js";
import { createReports } from "../reports/reports.js";
import { count, useDatabase } from "../store.test.helper.js";
import { createSubmissions } from "./accept.js";
import { createDeadLetters } from "./dead-letters.js";
import { createInbox } from "./inbox.js";
import { drain, finish, LIMITS, lineOf, newAgent, say } from "./reporting.test.helper.js";

const house = useDatabase();
let inbox: ReturnType<typeof createInbox>;
let agentId = "";
let nodeId = "";
let redriven = 0;
const letters = () => createDeadLetters(house.db, () => redriven++);

beforeAll(() => {
  inbox = createInbox(house.db);
});
beforeEach(async () => {
  await makePartitions(house.db);
  for (const table of ["inbox", "submissions", "dead_letters", "nodes"]) await house.db.run(`delete from ${table}`);
  ({ agentId, nodeId } = await newAgent(house.db, "its node"));
  redriven = 0;
});
afterAll(() => inbox.close());

const CAUSE: Failure = { code: "internal", message: "it broke", detail: "at line 1" };
const accept = (body: Buffer, sender = agentId) =>
  createSubmissions(house.db).accept({ agentId: sender, kind: "test", body });
/** Makes dead letters of all that waits. */
const refuse = async (failure: Failure = CAUSE) => {
  for (let claim = await inbox.claim(LIMITS); claim !== undefined; claim = await inbox.claim(LIMITS)) {
    await finish(claim, (submission) => ({ submission, failure }));
  }
};

describe("a dead letter", () => {
  it("is listed and found with its node, its cause and its times", async () => {
    await accept(Buffer.from("poison"));
    const [submitted] = await house.db.run<{ at: Date; id: string }>("select accepted_at as at, id from inbox");
    await refuse();
    const { deadLetters, next } = await letters().list({ limit: 10 });
    expect(next).toBeNull();
    expect(deadLetters).toEqual([
      {
        ...{ id: submitted?.id, agentId, nodeId, nodeName: "its node", kind: "test", size: 6, redrives: 0 },
        ...{ acceptedAt: submitted?.at, failedAt: expect.any(Date), failure: CAUSE },
      },
    ]);
    expect(await letters().find(submitted?.id ?? "")).toEqual(deadLetters[0]);
  });

  it("outlives its node, and says that there is none", async () => {
    await accept(Buffer.from("poison"));
    await refuse();
    await house.db.run("delete from nodes");
    expect((await letters().list({ limit: 10 })).deadLetters).toMatchObject([
      { nodeId: null, nodeName: null, agentId },
    ]);
  });

  it("keeps a cause that PostgreSQL could not hold as it came, bounded", async () => {
    await accept(Buffer.from("poison"));
    await refuse({
      code: "internal",
      message: `a\0b\ud800'; drop table nodes;--${"x".repeat(9_000)}`,
      detail: `\0${"🐘".repeat(5_000)}`,
    });
    const [letter] = (await letters().list({ limit: 1 })).deadLetters;
    expect(letter?.failure.message).toMatch(/^ab\ufffd'; drop table nodes;--x+$/);
    expect([letter?.failure.message.length, letter?.failure.detail?.length]).toEqual([4_000, 4_000]);
  });

  it("comes back byte for byte, also a large one and one that does not shrink", async () => {
    const bodies = [Buffer.alloc(0), Buffer.alloc(100_000, "large "), Buffer.from("\xff\0\\x".repeat(50), "latin1")];
    for (const body of bodies) await accept(body);
    await refuse();
    const ids = await house.db.run<{ id: string }>("select id from dead_letters order by id");
    for (const [i, { id }] of ids.entries())
      expect(bodies[i]?.equals((await letters().body(id)) ?? Buffer.from("no"))).toBe(true);
  });

  it("can be thrown away for good, unless it waits", async () => {
    await accept(Buffer.from("one"));
    await accept(Buffer.from("two"));
    await refuse();
    const [one = "", two = ""] = (await letters().list({ limit: 9 })).deadLetters.map(({ id }) => id);
    expect(await letters().discard(one)).toBe(true);
    expect(await letters().discard(one)).toBe(false);
    expect(await letters().redrive(two)).toBe(true);
    for (const gone of [await letters().find(two), await letters().body(two)]) expect(gone).toBeUndefined();
    expect(await letters().discard(two)).toBe(false);
    expect(await letters().list({ limit: 9 })).toEqual({ deadLetters: [], next: null });
    expect(await count(house.db, "inbox")).toBe(1);
  });
});

describe("DeadLetters.list", () => {
  it("pages newest first, also through those of one moment, without holes or repeats", async () => {
    for (let i = 0; i < 30; i++) await accept(Buffer.from(`poison ${i}`));
    await refuse();
    await house.db.run("update dead_letters set failed_at = failed_at - interval '1 hour' where id % 3 = 0");
    const order = await house.db.run<{ id: string }>("select id from dead_letters order by failed_at desc, id desc");
    for (const limit of [1, 7, 30, 100]) {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const page: Awaited<ReturnType<ReturnType<typeof letters>["list"]>> = await letters().list(
          after === null ? { limit } : { limit, after },
        );
        expect(page.deadLetters.length).toBeLessThanOrEqual(limit);
        seen.push(...page.deadLetters.map(({ id }) => id));
        after = page.next;
      } while (after !== null);
      expect(seen).toEqual(order.map(({ id }) => id));
    }
  });

  it.each(["", "!!!", "WyJhIiwiYiJd"])("refuses the cursor %j", async (after) => {
    await expect(letters().list({ limit: 1, after })).rejects.toMatchObject({ code: "request-malformed" });
  });
});

describe("re-driving", () => {
  it("puts all back at their places, once, however many ask at the same time", async () => {
    for (let i = 0; i < 20; i++) await accept(say({ run: `run ${i}` }));
    await refuse();
    await accept(say({ run: "later" }));
    const counts = await Promise.all([letters().redriveAll(), letters().redriveAll(), letters().redriveAll()]);
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(20);
    expect(redriven).toBe(counts.filter((n) => n > 0).length);
    const seen = await drain(inbox);
    expect(seen.map(({ body }) => JSON.parse(Buffer.from(body).toString()).run)).toEqual([
      ...Array.from({ length: 20 }, (_, i) => `run ${i}`),
      "later",
    ]);
    expect(await count(house.db, "dead_letters")).toBe(0);
    expect(await letters().redriveAll()).toBe(0);
  });

  it("of an older word fills gaps of its run, and replaces nothing", async () => {
    await accept(
      say({ run: "r", operation: "old", startedAt: "2026-11-20T08:00:00Z", events: [lineOf("old", "failed")] }),
    );
    await refuse();
    await accept(say({ run: "r", operation: "new", outcome: "success", events: [lineOf("new", "ok")] }));
    await drain(inbox);
    await letters().redriveAll();
    await drain(inbox);
    const reports = createReports(house.db);
    const report = await reports.findRun(agentId, "r");
    expect(report).toMatchObject({
      operation: "new",
      status: "success",
      startedAt: new Date("2026-11-20T08:00:00Z"),
      counts: { ok: 1 },
    });
    expect(report?.parts).toHaveLength(2);
    expect((await reports.events(report?.id ?? "", { limit: 9 })).events.map(({ resource }) => resource)).toEqual([
      "new",
    ]);
  });

  it("works with lines, when the day of the submission was dropped long ago", async () => {
    await accept(say({ run: "long ago", outcome: "success", events: [lineOf("kept")] }));
    await accept(say({ run: "no lines", outcome: "success" }));
    await refuse();
    await house.db.run("update dead_letters set accepted_at = '2020-05-05T12:00:00Z'");
    await house.db.run("delete from submissions");
    expect(await letters().redriveAll()).toBe(2);
    const claim = await inbox.claim(LIMITS);
    await finish(claim);
    const reports = createReports(house.db);
    const report = await reports.findRun(agentId, "long ago");
    expect(report).toMatchObject({ status: "success", firstAt: new Date("2020-05-05T12:00:00Z") });
    expect((await reports.events(report?.id ?? "", { limit: 9 })).events.map(({ resource }) => resource)).toEqual([
      "kept",
    ]);
    expect(await reports.findRun(agentId, "no lines")).toBeDefined();
    expect([await count(house.db, "inbox"), await count(house.db, "dead_letters")]).toEqual([0, 0]);
    // Retention finds the day like any other.
    expect(await dropPartitions(house.db, new Date("2020-05-06T00:00:00Z"))).toContain("report_events_20200505");
  });
});
