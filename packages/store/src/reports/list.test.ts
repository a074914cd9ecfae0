import type { ReportFilter, ReportStatus, RunSaid } from "@gatehouse/core/reports";
import { beforeAll, describe, expect, it } from "vitest";
import { makePartitions } from "../partitions.js";
import { useDatabase } from "../store.test.helper.js";
import { hear, lineOf, newAgent } from "../submissions/reporting.test.helper.js";
import { createReports } from "./reports.js";

const house = useDatabase();
const reports = () => createReports(house.db);
const NOBODY = "00000000-0000-4000-8000-000000000000";
const HOSTILE = [
  "'; drop table reports;--",
  "1 or 1=1",
  "%",
  "",
  "\0",
  "-1",
  "1e3",
  " 1",
  "0x1",
  "9".repeat(19),
  "9".repeat(40),
  "١",
];

const SAID: Record<ReportStatus, RunSaid> = {
  running: {},
  success: { outcome: "success" },
  noncompliant: { outcome: "success", events: [lineOf("a", "noncompliant")] },
  failure: { outcome: "failure" },
  hung: {},
  cancelled: { outcome: "cancelled" },
};
const second = (n: number) => new Date(Date.UTC(2020, 1, 29, 12) + n * 1_000);

let [nodeId, agentA, agentB, agentC] = ["", "", "", ""];
const AGENTS = () => [agentA, agentB, agentC];
const STATUSES = ["running", "success", "noncompliant", "failure"] as const;

/** 250 reports: report i is of agent i mod 3, of protocol i mod 2, of status i mod 4, and ten of them come in one second. */
beforeAll(async () => {
  await makePartitions(house.db, [second(0)]);
  const first = await newAgent(house.db);
  ({ nodeId, agentId: agentA } = first);
  ({ agentId: agentB } = await newAgent(house.db));
  ({ agentId: agentC } = await newAgent(house.db));
  // Two agents on one node.
  await house.db.run("update agents set node_id = $1 where id = $2", [nodeId, agentB]);
  const words = Array.from({ length: 250 }, (_, i) => ({
    ...{ agentId: AGENTS()[i % 3] ?? "", run: `run ${i}`, protocol: i % 2 ? "odd" : "even" },
    ...{ said: SAID[STATUSES[i % 4] ?? "running"], at: second(Math.floor(i / 10)) },
  }));
  await hear(house.db, ...words);
  await house.db.run("update reports set status = 'hung' where run = 'run 0'");
});

async function all(filter: ReportFilter, limit: number): Promise<string[]> {
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<ReturnType<typeof reports>["list"]>> = await reports().list(
      filter,
      after === null ? { limit } : { limit, after },
    );
    expect(page.reports.length).toBeLessThanOrEqual(limit);
    seen.push(...page.reports.map(({ run }) => run));
    after = page.next;
  } while (after !== null);
  return seen;
}
const runs = (keep: (i: number) => boolean) =>
  Array.from({ length: 250 }, (_, i) => i)
    .filter(keep)
    .map((i) => `run ${i}`)
    .toReversed();

describe("Reports.list", () => {
  it.each([1, 10, 37, 125, 249, 250, 251, 1_000])("pages through all, newest first, %i at a time", async (limit) => {
    expect(await all({}, limit)).toEqual(runs(() => true));
  });

  const statusOf = (i: number) => (i === 0 ? "hung" : STATUSES[i % 4]);
  const secondOf = (i: number) => Math.floor(i / 10);
  it.each<[string, () => ReportFilter, (i: number) => boolean]>([
    ["node", () => ({ nodeId }), (i) => i % 3 < 2],
    ["node in another spelling", () => ({ nodeId: nodeId.toUpperCase() }), (i) => i % 3 < 2],
    ["agent", () => ({ agentId: agentC }), (i) => i % 3 === 2],
    ["protocol", () => ({ protocol: "odd" }), (i) => i % 2 === 1],
    ["status", () => ({ status: "noncompliant" }), (i) => i % 4 === 2],
    ["a status that it has by now", () => ({ status: "hung" }), (i) => i === 0],
    ["the first moment", () => ({ since: second(20) }), (i) => secondOf(i) >= 20],
    ["the last moment, which is not in it", () => ({ until: second(3) }), (i) => secondOf(i) < 3],
    ["a time between", () => ({ since: second(3), until: second(4) }), (i) => secondOf(i) === 3],
    ["no time at all", () => ({ since: second(4), until: second(4) }), () => false],
    [
      "everything at once",
      () => ({ nodeId, agentId: agentB, protocol: "even", status: "failure", since: second(1), until: second(24) }),
      (i) => i % 3 === 1 && i % 2 === 0 && statusOf(i) === "failure" && secondOf(i) >= 1 && secondOf(i) < 24,
    ],
    [
      "agent, status and time",
      () => ({ agentId: agentA, status: "running", since: second(2), until: second(20) }),
      (i) => i % 3 === 0 && i % 4 === 0 && secondOf(i) >= 2 && secondOf(i) < 20,
    ],
  ])("narrows by %s", async (_, filter, keep) => {
    for (const limit of [4, 500]) expect(await all(filter(), limit)).toEqual(runs(keep));
  });

  it("is empty for a node and an agent of another, for nobody's, and for a protocol that nobody speaks", async () => {
    for (const filter of [
      { nodeId, agentId: agentC },
      { nodeId: NOBODY },
      { agentId: NOBODY },
      { protocol: "od" },
      { protocol: "odd' or '1'='1" },
    ]) {
      expect(await all(filter, 9)).toEqual([]);
    }
  });

  it.each(HOSTILE)("is empty for a node or an agent %j", async (id) => {
    expect(await reports().list({ nodeId: id }, { limit: 9 })).toEqual({ reports: [], next: null });
    expect(await reports().list({ agentId: id }, { limit: 9 })).toEqual({ reports: [], next: null });
    expect(await reports().list({ nodeId, agentId: id }, { limit: 9 })).toEqual({ reports: [], next: null });
  });

  it("goes on behind the cursor when reports come in between, and past the end", async () => {
    const page = await reports().list({ agentId: agentC }, { limit: 80 });
    await hear(house.db, { agentId: agentC, run: "between", said: {}, at: second(99) });
    const rest = await reports().list({ agentId: agentC }, { limit: 80, after: page.next ?? "" });
    expect([...page.reports, ...rest.reports].map(({ run }) => run)).toEqual(runs((i) => i % 3 === 2));
    expect(rest.next).toBeNull();
    await house.db.run("delete from reports where run = 'between'");
    const last = Buffer.from(JSON.stringify([second(-9).toISOString(), "1"])).toString("base64url");
    expect(await reports().list({}, { limit: 9, after: last })).toEqual({ reports: [], next: null });
  });

  const encoded = (...value: unknown[]) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = "2026-11-20T08:00:00.000Z";
  it.each([
    ["nothing", ""],
    ["noise", "!!!"],
    ["one part", encoded(now)],
    ["a time that is none", encoded("yesterday", "1")],
    ["a time in another form", encoded("2026-11-20", "1")],
    ["a time that PostgreSQL does not know", encoded("-271821-04-20T00:00:00.000Z", "1")],
    ["a time beyond all calendars", encoded("+275760-09-13T00:00:00.000Z", "1")],
    ["a node's place", encoded("name", NOBODY)],
    ["a number that is none", encoded(now, "x")],
    ["a number below none", encoded(now, "-1")],
    ["a number too large", encoded(now, "9223372036854775808")],
    ["a number with more behind it", encoded(now, "1;select 1")],
    ["a number as such", encoded(now, 1)],
    ["a line's place", encoded("5", "3")],
  ])("refuses a cursor of %s", async (_, after) => {
    await expect(reports().list({}, { limit: 1, after })).rejects.toMatchObject({ code: "request-malformed" });
  });
});

describe("Reports.find and findRun", () => {
  it("find the one that the list shows", async () => {
    const [first] = (await reports().list({}, { limit: 1 })).reports;
    expect(await reports().find(first?.id ?? "")).toEqual(first);
    expect(await reports().findRun(first?.agentId ?? "", "RUN 249")).toEqual(first);
    expect(await reports().findRun((first?.agentId ?? "").toUpperCase(), "run 249")).toEqual(first);
  });

  it.each(HOSTILE)("find nothing under %j", async (id) => {
    expect(await reports().find(id)).toBeUndefined();
    expect(await reports().findRun(id, "run 0")).toBeUndefined();
    expect(await reports().findRun(agentA, id)).toBeUndefined();
    expect(await reports().events(id, { limit: 9 })).toEqual({ events: [], next: null });
  });

  it("find no run of another agent", async () => {
    expect(await reports().findRun(agentB, "run 0")).toBeUndefined();
  });
});

describe("Reports.counts", () => {
  it("counts by status since a time, which is in it", async () => {
    expect(await reports().counts(second(0))).toEqual({
      hung: 1,
      running: 62,
      success: 63,
      noncompliant: 62,
      failure: 62,
    });
    // Reports 240 to 249.
    expect(await reports().counts(second(24))).toEqual({ running: 3, success: 3, noncompliant: 2, failure: 2 });
    expect(await reports().counts(second(25))).toEqual({});
  });
});

describe("Reports.events", () => {
  it("pages through the lines in their order", async () => {
    const events = Array.from({ length: 25 }, (_, i) => lineOf(`line ${25 - i}`));
    await hear(house.db, { agentId: agentA, run: "lines", said: { events }, at: second(500) });
    const { id = "" } = (await reports().findRun(agentA, "lines")) ?? {};
    for (const limit of [1, 7, 24, 25, 26]) {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const page: Awaited<ReturnType<ReturnType<typeof reports>["events"]>> = await reports().events(
          id,
          after === null ? { limit } : { limit, after },
        );
        seen.push(...page.events.map(({ resource }) => resource));
        after = page.next;
      } while (after !== null);
      expect(seen).toEqual(events.map(({ resource }) => resource));
    }
  });

  it("refuses another report's cursor, and one that is none", async () => {
    const { id = "" } = (await reports().findRun(agentA, "lines")) ?? {};
    const { next } = await reports().events(id, { limit: 1 });
    const [other] = (await reports().list({ status: "noncompliant" }, { limit: 1 })).reports;
    const encoded = (...value: unknown[]) => Buffer.from(JSON.stringify(value)).toString("base64url");
    await expect(reports().events(other?.id ?? "", { limit: 1, after: next ?? "" })).rejects.toMatchObject({
      code: "request-malformed",
    });
    for (const after of [
      "",
      "x",
      encoded(id, "-1"),
      encoded(id, "9999999999"),
      encoded(id, "1 or 1=1"),
      encoded(id, 1),
    ]) {
      await expect(reports().events(id, { limit: 1, after })).rejects.toMatchObject({ code: "request-malformed" });
    }
    expect(await reports().events(id, { limit: 1, after: encoded(id, "999999999") })).toEqual({
      events: [],
      next: null,
    });
  });
});
