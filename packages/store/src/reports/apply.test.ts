import type { ReportView, RunSaid } from "@gatehouse/core/reports";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createNodeRegistry } from "../nodes/registry.js";
import { makePartitions } from "../partitions.js";
import { count, useDatabase } from "../store.test.helper.js";
import { hear, lineOf, newAgent } from "../submissions/reporting.test.helper.js";
import { createReports } from "./reports.js";

const house = useDatabase();
const reports = () => createReports(house.db);
let agentId = "";
let nodeId = "";

beforeAll(() => makePartitions(house.db));
beforeEach(async () => {
  ({ agentId, nodeId } = await newAgent(house.db));
});

const word = (said: RunSaid, more: { id?: number; at?: Date; body?: string; run?: string } = {}) => ({
  agentId,
  run: "run",
  said,
  ...more,
});
const told = async (run = "run"): Promise<ReportView> => {
  const report = await reports().findRun(agentId, run);
  if (report === undefined) throw new Error("no such report");
  return report;
};
const resources = async (run = "run") =>
  (await reports().events((await told(run)).id, { limit: 1_000 })).events.map(({ resource }) => resource);
/** Everything stored of reports, row by row. */
const rows = async () =>
  JSON.stringify([
    await house.db.run("select * from reports order by id"),
    await house.db.run("select * from report_events order by report_id, seq"),
    await house.db.run("select * from agent_reports order by agent_id"),
  ]);
const began = Date.now();
const second = (n: number) => new Date(began + n * 1_000);

describe("applyReports", () => {
  it("makes one report of a run's words, whether they come together or one by one", async () => {
    const start: RunSaid = { operation: "Initial", startedAt: second(1), attributes: { NodeName: "web" } };
    const end: RunSaid = {
      endedAt: second(2),
      outcome: "failure",
      errors: [{ message: "e", resource: null, code: "1" }],
      events: [lineOf("a", "failed"), lineOf("b")],
    };
    await hear(
      house.db,
      word(start, { run: "together", at: second(0) }),
      word(end, { run: "together", at: second(5) }),
    );
    await hear(house.db, word(start, { at: second(0) }));
    expect(await told()).toMatchObject({ status: "running", endedAt: null, firstAt: second(0), lastAt: second(0) });
    await hear(house.db, word(end, { at: second(5) }));
    const { id, parts, ...report } = await told();
    expect(report).toEqual({
      ...{ agentId, nodeId, nodeName: "a node", protocol: "test", run: "run", status: "failure" },
      ...{ firstAt: second(0), lastAt: second(5), operation: "Initial", startedAt: second(1), endedAt: second(2) },
      ...{ outcome: "failure", errors: end.errors, errorCount: 1, counts: { failed: 1, ok: 1 }, content: null },
      ...{ hungAfterSeconds: null, attributes: { NodeName: "web" } },
    });
    expect(parts.map(({ acceptedAt }) => acceptedAt)).toEqual([second(0), second(5)]);
    const { id: other, parts: _, run, ...together } = await told("together");
    expect({ ...together, run: "run" }).toEqual(report);
    expect(await resources("together")).toEqual(await resources());
    expect(other).not.toBe(id);
  });

  it("changes nothing by the same bytes, said twice in a row, together, or after others", async () => {
    const said: RunSaid = {
      outcome: "success",
      errors: [{ message: "e", resource: null, code: null }],
      events: [lineOf("a")],
    };
    await hear(house.db, word(said, { body: "same" }), word(said, { body: "same" }));
    const { parts, errorCount } = await told();
    expect([parts.length, errorCount]).toEqual([1, 1]);
    await hear(house.db, word({ operation: "later", events: [lineOf("b")] }));
    const before = await rows();
    await hear(house.db, word(said, { body: "same" }));
    await hear(house.db, word(said, { body: "same", id: 1 }));
    expect(await rows()).toBe(before);
    expect(await resources()).toEqual(["b"]);
  });

  it("takes the same bytes of another run, and of another agent, for their own", async () => {
    const other = await newAgent(house.db);
    await hear(house.db, word({}, { body: "same" }), word({}, { body: "same", run: "second" }), {
      agentId: other.agentId,
      run: "run",
      said: {},
      body: "same",
    });
    expect([(await told()).parts.length, (await told("second")).parts.length]).toEqual([1, 1]);
    expect(await reports().findRun(other.agentId, "run")).toBeDefined();
  });

  it("replaces the lines of a run, and never doubles them", async () => {
    await hear(house.db, word({ events: [lineOf("a"), lineOf("b"), lineOf("c")] }));
    await hear(house.db, word({ events: [lineOf("d", "failed")] }));
    expect(await resources()).toEqual(["d"]);
    await hear(house.db, word({ events: [] }), word({ operation: "no lines" }));
    expect(await resources()).toEqual(["d"]);
    await hear(house.db, word({ events: [lineOf("e")] }), word({ events: [lineOf("f"), lineOf("g")] }));
    expect(await resources()).toEqual(["f", "g"]);
    expect((await told()).counts).toEqual({ ok: 2 });
    expect(await count(house.db, "report_events where report_id = $1", [(await told()).id])).toBe(2);
  });

  it("fills only gaps by a word from before", async () => {
    const late = word(
      { outcome: "success", operation: "late", attributes: { a: "late" }, events: [lineOf("late")] },
      { id: 900, at: second(9) },
    );
    await hear(house.db, late);
    const early = {
      operation: "early",
      startedAt: second(1),
      outcome: "failure",
      attributes: { a: "early", b: 1 },
      events: [lineOf("early", "failed")],
    } as const;
    await hear(house.db, word(early, { id: 100, at: second(1) }));
    expect(await told()).toMatchObject({
      operation: "late",
      startedAt: second(1),
      outcome: "success",
      status: "success",
      attributes: { a: "late", b: 1 },
    });
    expect(await told()).toMatchObject({ firstAt: second(9), lastAt: second(9) });
    expect((await told()).parts.map(({ submissionId }) => submissionId)).toEqual(["100", "900"]);
    expect(await resources()).toEqual(["late"]);
  });

  it("takes the lines of a word from before where there are none, and finds them by the report's own time", async () => {
    await hear(house.db, word({ outcome: "success" }, { id: 900, at: second(9) }));
    await hear(house.db, word({ events: [lineOf("early")] }, { id: 100, at: second(1) }));
    expect(await resources()).toEqual(["early"]);
    await hear(house.db, word({ events: [lineOf("last")] }, { id: 901, at: second(10) }));
    expect(await resources()).toEqual(["last"]);
  });

  it("compares the names of runs without regard to case", async () => {
    await hear(house.db, word({ operation: "a" }, { run: "ED99F7E2-Ü" }));
    await hear(
      house.db,
      word({ outcome: "success" }, { run: "ed99f7e2-ü" }),
      word({ startedAt: second(1) }, { run: "Ed99f7e2-ü" }),
    );
    for (const run of ["ED99F7E2-Ü", "ed99f7e2-ü", "eD99F7E2-ü\0"]) {
      expect(await told(run)).toMatchObject({ operation: "a", outcome: "success", startedAt: second(1) });
    }
    expect(await count(house.db, "reports where agent_id = $1", [agentId])).toBe(1);
  });

  it("points the agent at its newest run, by its first word", async () => {
    const latest = async () => (await createNodeRegistry(house.db).find(nodeId))[0]?.agents[0]?.latestReport;
    await hear(house.db, word({ outcome: "success" }, { run: "newer", at: second(5) }));
    await hear(house.db, word({ outcome: "failure" }, { run: "older", at: second(1) }));
    expect(await latest()).toEqual({ reportId: (await told("newer")).id, status: "success", at: second(5) });
    await hear(
      house.db,
      word({ errors: [{ message: "e", resource: null, code: null }] }, { run: "newer", at: second(6) }),
    );
    expect(await latest()).toEqual({ reportId: (await told("newer")).id, status: "failure", at: second(5) });
    await hear(
      house.db,
      word({}, { run: "x", at: second(7) }),
      word({ outcome: "success" }, { run: "y", at: second(8) }),
      word({}, { run: "z", at: second(6) }),
    );
    expect(await latest()).toMatchObject({ reportId: (await told("y")).id, status: "success" });
  });

  it("keeps ten thousand lines in their order, and the times to the millisecond", async () => {
    const events = Array.from({ length: 10_001 }, (_, i) => ({
      ...lineOf(`r ${i}`),
      seconds: 0.5,
      detail: i % 2 ? { n: i } : {},
    }));
    const startedAt = new Date("2026-11-20T08:00:00.123Z");
    await hear(house.db, word({ events, startedAt }));
    const report = await told();
    expect(report.startedAt).toEqual(startedAt);
    expect(report.counts).toEqual({ ok: 10_001 });
    const page = await reports().events(report.id, { limit: 20_000 });
    expect(page.events).toEqual(events.map((event, seq) => ({ ...event, seq })));
  });

  it("does not let a run that never ends grow for ever", async () => {
    await hear(house.db, ...Array.from({ length: 250 }, (_, i) => word({ attributes: { i } })));
    await hear(house.db, word({ operation: "still heard" }));
    expect(await told()).toMatchObject({ attributes: { i: 249 }, operation: "still heard" });
    expect((await told()).parts).toHaveLength(200);
  });

  it("follows its agent to another node", async () => {
    const other = await newAgent(house.db, "another node");
    await hear(house.db, word({ outcome: "success" }));
    await house.db.run("update agents set node_id = $1 where id = $2", [other.nodeId, agentId]);
    expect(await told()).toMatchObject({ nodeId: other.nodeId, nodeName: "another node" });
    expect((await reports().list({ nodeId }, { limit: 9 })).reports).toEqual([]);
    expect((await reports().list({ nodeId: other.nodeId }, { limit: 9 })).reports).toMatchObject([{ agentId }]);
  });
});
