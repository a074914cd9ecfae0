import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createNodeRegistry } from "./nodes/registry.js";
import { makePartitions } from "./partitions.js";
import { createReports } from "./reports/reports.js";
import { markHung } from "./retention.js";
import { useDatabase } from "./store.test.helper.js";
import { hear, newAgent } from "./submissions/reporting.test.helper.js";

const house = useDatabase();
const HOUR_MS = 3_600_000;
let agentId = "";
let nodeId = "";
let now = 0;

beforeAll(() => makePartitions(house.db));
beforeEach(async () => {
  await house.db.run("delete from nodes");
  ({ agentId, nodeId } = await newAgent(house.db));
  const [row] = await house.db.run<{ now: Date }>("select date_trunc('milliseconds', now()) as now");
  now = row?.now.getTime() ?? 0;
});
const ago = (hours: number) => new Date(now - hours * HOUR_MS);
const statusOf = async (run: string) => (await createReports(house.db).findRun(agentId, run))?.status;
const latest = async () => (await createNodeRegistry(house.db).find(nodeId))[0]?.agents[0]?.latestReport?.status;

describe("markHung", () => {
  it("marks runs that were to end and were not heard of again, and no others", async () => {
    await hear(
      house.db,
      { agentId, run: "hung", said: {}, at: ago(3) },
      { agentId, run: "hung by its own word", said: { hungAfterSeconds: 1_800 }, at: ago(1) },
      { agentId, run: "slow by its own word", said: { hungAfterSeconds: 4 * 3_600 }, at: ago(3) },
      { agentId, run: "young", said: {}, at: ago(1) },
      { agentId, run: "ended", said: { outcome: "success" }, at: ago(9) },
      { agentId, run: "failed", said: { errors: [{ message: "e", resource: null, code: null }] }, at: ago(9) },
      { agentId, run: "heard of again", said: {}, at: ago(9) },
      { agentId, run: "heard of again", said: { attributes: { a: 1 } }, at: ago(1) },
    );
    expect(await markHung(house.db)).toBe(2);
    const runs = ["hung", "hung by its own word", "slow by its own word", "young", "ended", "failed", "heard of again"];
    expect(await Promise.all(runs.map(statusOf))).toEqual([
      "hung",
      "hung",
      "running",
      "running",
      "success",
      "failure",
      "running",
    ]);
    expect(await markHung(house.db)).toBe(0);
    expect(await createReports(house.db).counts(new Date(0))).toMatchObject({ hung: 2, running: 3 });
  });

  it("marks the agent's newest run where it is the one, and leaves it where it is not", async () => {
    await hear(
      house.db,
      { agentId, run: "older", said: {}, at: ago(9) },
      { agentId, run: "newer", said: { outcome: "success" }, at: ago(1) },
    );
    await markHung(house.db);
    expect([await statusOf("older"), await latest()]).toEqual(["hung", "success"]);
    await hear(house.db, { agentId, run: "newest", said: { hungAfterSeconds: 1 }, at: ago(0.5) });
    expect(await latest()).toBe("running");
    await markHung(house.db);
    expect(await latest()).toBe("hung");
  });

  it.each([
    ["success", { outcome: "success" }],
    ["failure", { errors: [{ message: "e", resource: null, code: null }] }],
    ["running", { attributes: { still: "there" } }],
  ] as const)("is undone by the run's next word, which makes it %s", async (status, said) => {
    await hear(house.db, { agentId, run: "back", said: {}, at: ago(5), body: "first" });
    await markHung(house.db);
    // What it has said before is no word.
    await hear(house.db, { agentId, run: "back", said: {}, at: ago(0), body: "first" });
    expect(await statusOf("back")).toBe("hung");
    await hear(house.db, { agentId, run: "back", said, at: ago(0) });
    expect([await statusOf("back"), await latest()]).toEqual([status, status]);
    expect(await markHung(house.db)).toBe(0);
    expect(await statusOf("back")).toBe(status);
  });
});
