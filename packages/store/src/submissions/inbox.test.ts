import type { Fact, Outcome, Waiting } from "@gatehouse/core/submissions";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createNodeRegistry } from "../nodes/registry.js";
import { useOutage } from "../outage.test.helper.js";
import { makePartitions } from "../partitions.js";
import { createReports } from "../reports/reports.js";
import { count, until, useDatabase } from "../store.test.helper.js";
import { createSubmissions } from "./accept.js";
import { createInbox } from "./inbox.js";
import { drain, finish, LIMITS, lineOf, newAgent, outcomeOf, say } from "./reporting.test.helper.js";

const house = useDatabase();
const outage = useOutage(house);
let inbox: ReturnType<typeof createInbox>;
let other: ReturnType<typeof createInbox>;
let [a, b] = ["", ""];

beforeAll(async () => {
  await makePartitions(house.db);
  inbox = createInbox(house.db);
  other = createInbox(house.db);
});
beforeEach(async () => {
  for (const table of ["inbox", "submissions", "dead_letters", "nodes", "report_events"])
    await house.db.run(`delete from ${table}`);
  a = (await newAgent(house.db)).agentId;
  b = (await newAgent(house.db)).agentId;
});
afterAll(async () => {
  await inbox.close();
  await other.close();
});

const accept = (agentId: string, run: string, said: object = {}) =>
  createSubmissions(house.db).accept({ agentId, kind: "test", body: say({ run, ...said }) });
const runsOf = (submissions: readonly Waiting[] = []) =>
  submissions.map(({ body }) => JSON.parse(Buffer.from(body).toString()).run);

describe("a claim", () => {
  it("is empty-handed where nothing waits, and holds nothing then", async () => {
    expect(await inbox.claim(LIMITS)).toBeUndefined();
    expect(
      await count(
        house.db,
        "pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())",
      ),
    ).toBe(0);
  });

  it("looks past an agent that another holds, however much of it is queued", async () => {
    await accept(a, "a 0");
    const held = await other.claim({ ...LIMITS, most: 3 });
    for (let i = 1; i <= 10; i++) await accept(a, `a ${i}`);
    await accept(b, "b");
    const claim = await inbox.claim({ ...LIMITS, most: 3 });
    expect(runsOf(claim?.submissions)).toEqual(["b"]);
    await finish(claim);
    expect(await inbox.claim({ ...LIMITS, most: 3 })).toBeUndefined();
    await finish(held);
    expect(runsOf(await drain(inbox, { ...LIMITS, most: 3 }))).toEqual(
      Array.from({ length: 10 }, (_, i) => `a ${i + 1}`),
    );
  });

  it("takes no more than the most, the oldest first, and of each agent the beginning of its queue", async () => {
    for (let i = 0; i < 7; i++) await accept(i % 2 ? a : b, `run ${i}`);
    const claim = await inbox.claim({ ...LIMITS, most: 4 });
    expect(runsOf(claim?.submissions)).toEqual(["run 0", "run 1", "run 2", "run 3"]);
    await finish(claim);
    expect(runsOf(await drain(inbox))).toEqual(["run 4", "run 5", "run 6"]);
  });

  it("of a heavy submission keeps nobody waiting but its own agent", async () => {
    await accept(a, "heavy", { operation: "x".repeat(20_000) });
    await accept(a, "behind it");
    await accept(b, "light");
    const heavy = await inbox.claim(LIMITS);
    expect(runsOf(heavy?.submissions)).toEqual(["heavy"]);
    const light = await other.claim(LIMITS);
    expect(runsOf(light?.submissions)).toEqual(["light"]);
    expect(await other.claim(LIMITS)).toBeUndefined();
    await finish(light);
    await finish(heavy);
    expect(runsOf(await drain(other))).toEqual(["behind it"]);
  });

  it("may be released twice, and the second time is nobody else's end", async () => {
    await accept(a, "one");
    const first = await inbox.claim(LIMITS);
    await finish(first);
    await accept(a, "two");
    const second = await inbox.claim(LIMITS);
    await first?.release();
    await accept(b, "three");
    const third = await inbox.claim(LIMITS);
    expect([runsOf(second?.submissions), runsOf(third?.submissions)]).toEqual([["two"], ["three"]]);
    await finish(third);
    expect(await inbox.claim(LIMITS)).toBeUndefined();
    await finish(second);
  });

  it("counts an attempt before it is made, also where the connection breaks after it", async () => {
    await accept(a, "counted");
    for (let attempt = 0; attempt < 3; attempt++) {
      const claim = await inbox.claim(LIMITS);
      expect(claim?.submissions[0]?.attempts).toBe(attempt);
      if (claim?.submissions[0] !== undefined) await claim.begin(claim.submissions[0]);
      await outage.terminate("gatehouse-inbox");
      await expect(claim?.settle(claim.submissions.map(outcomeOf))).rejects.toMatchObject({
        code: "database-unavailable",
      });
      await claim?.release();
    }
    const claim = await inbox.claim(LIMITS);
    expect(claim?.submissions[0]?.attempts).toBe(3);
    await finish(claim);
  });

  it("says that the database is away, and works again when it is back", async () => {
    await accept(a, "away");
    const held = await inbox.claim(LIMITS);
    await outage.away();
    await expect(held?.settle([])).rejects.toMatchObject({ code: "database-unavailable" });
    await held?.release();
    for (let i = 0; i < 3; i++)
      await expect(inbox.claim(LIMITS)).rejects.toMatchObject({ code: "database-unavailable" });
    await outage.back();
    await until("an answer", () => house.db.isReachable());
    expect(runsOf(await drain(inbox))).toEqual(["away"]);
  });

  it.each([
    ["were deleted by hand", "delete from submissions"],
    ["cannot be read any more", "update submissions set coding = 'deflate', body = '\\x00ff'"],
    ["inflate to more than they were", "update submissions set size = 3; update inbox set size = 3"],
  ])("goes on past bytes that %s", async (_, damage) => {
    await accept(a, "damaged", { operation: "x".repeat(500) });
    for (const statement of damage.split(";")) await house.db.run(statement);
    await accept(a, "next");
    const claim = await inbox.claim(LIMITS);
    expect(claim?.submissions.map(({ body }) => body.length)).toEqual([0, say({ run: "next" }).length]);
    await finish(claim);
    expect((await createReports(house.db).list({}, { limit: 9 })).reports.map(({ run }) => run)).toEqual(["next"]);
  });
});

describe("settling", () => {
  const unstorable = (run: string): Fact => ({
    fact: "report",
    protocol: "test",
    run,
    said: { startedAt: new Date(8.64e15), events: [lineOf("r")] },
  });

  it("stores nothing of a batch in which something breaks, and takes nothing out of the inbox", async () => {
    for (const run of ["good", "broken", "poison"]) await accept(a, run);
    const claim = await inbox.claim(LIMITS);
    const outcomes = claim?.submissions.map((submission, i): Outcome => {
      if (i === 1) return { submission, facts: [unstorable("broken")] };
      return i === 2
        ? { submission, failure: { code: "internal", message: "x", detail: null } }
        : outcomeOf(submission);
    });
    await expect(claim?.settle(outcomes ?? [])).rejects.toThrow(/out of range|invalid input/);
    expect(await count(house.db, "inbox")).toBe(3);
    for (const table of ["reports", "report_events", "agent_reports", "dead_letters"]) {
      expect(await count(house.db, table), table).toBe(0);
    }
    // The same claim can still settle what is good, one by one.
    await claim?.settle((outcomes ?? []).filter((_, i) => i !== 1));
    expect(await count(house.db, "inbox")).toBe(1);
    expect([await count(house.db, "reports"), await count(house.db, "dead_letters")]).toEqual([1, 1]);
    await claim?.release();
    expect(runsOf(await drain(inbox))).toEqual(["broken"]);
  });

  it.each([
    ["begins anew where PostgreSQL ended it for another's sake", "40P01", 2, 0],
    ["begins anew where it waited for too long", "57014", 2, 0],
    ["gives up where that goes on", "40P01", 3, 1],
    ["is not tried again where something is wrong with it", "22003", 1, 1],
  ])("%s", async (_, code, times, left) => {
    await accept(a, "1");
    const claim = await inbox.claim(LIMITS);
    // What a sequence counts stays counted when a transaction is rolled back.
    await house.db.run("create sequence test_times");
    await house.db.run(
      `create function test_deadlock() returns trigger language plpgsql as $$ begin
         if nextval('test_times') <= ${times} then raise exception using errcode = '${code}'; end if; return null; end $$`,
    );
    await house.db.run(
      "create trigger test_deadlock after delete on inbox for each statement execute function test_deadlock()",
    );
    const settled = await Promise.allSettled([finish(claim)]);
    await claim?.release();
    await house.db.run("drop function test_deadlock cascade");
    await house.db.run("drop sequence test_times");
    expect([settled[0]?.status, await count(house.db, "inbox")]).toEqual([left ? "rejected" : "fulfilled", left]);
  });

  it("makes a dead letter of what an agent handed in that is gone meanwhile, and goes on", async () => {
    const { agentId, nodeId } = await newAgent(house.db);
    await accept(agentId, "orphan");
    await accept(a, "stays");
    const claim = await inbox.claim(LIMITS);
    await house.db.run("delete from nodes where id = $1", [nodeId]);
    await finish(claim);
    expect(await house.db.run("select agent_id, code, message from dead_letters")).toEqual([
      { agent_id: agentId, code: "not-found", message: "Its agent is not registered any more." },
    ]);
    expect(await count(house.db, "reports")).toBe(1);
    expect(await count(house.db, "inbox")).toBe(0);
  });

  it("is refused to a purge while it is under way, and not afterwards", async () => {
    const registry = createNodeRegistry(house.db);
    const { agentId, nodeId } = await newAgent(house.db);
    await accept(agentId, "held");
    const claim = await inbox.claim(LIMITS);
    await expect(registry.purge(nodeId)).rejects.toMatchObject({ code: "conflict" });
    await finish(claim);
    expect(await registry.purge(nodeId)).toMatchObject({ nodeId, agents: 1, reports: 1 });
  });
});

describe("Inbox.backlog", () => {
  it("tells how much waits, since when, and how many dead letters there are", async () => {
    expect(await inbox.backlog()).toEqual({ waiting: 0, oldestAt: null, deadLetters: 0 });
    await accept(a, "one");
    await accept(b, "two");
    const [oldest] = await house.db.run<{ at: Date }>("select accepted_at as at from inbox order by id limit 1");
    expect(await inbox.backlog()).toEqual({ waiting: 2, oldestAt: oldest?.at, deadLetters: 0 });
    await finish(await inbox.claim(LIMITS), (submission) => ({
      submission,
      failure: { code: "internal", message: "x", detail: null },
    }));
    expect(await inbox.backlog()).toEqual({ waiting: 0, oldestAt: null, deadLetters: 2 });
    await drain(inbox);
    await house.db.run("update dead_letters set waiting = true where agent_id = $1", [a]);
    expect(await inbox.backlog()).toMatchObject({ deadLetters: 1 });
  });
});
