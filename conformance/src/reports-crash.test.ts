import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withDatabase } from "./database.js";
import { JSON_HEADERS, type PullServer, register, startPullServer } from "./dsc/pull-server.js";
import type { GatewayProcess, Site } from "./gateway.js";
import { send } from "./wire.js";

const AGENTS = 25;
const RUNS = 20;
const BASE = "/PSDSCPullServer.svc";

let server: PullServer;
let site: Site;
let gateway: GatewayProcess;

beforeAll(async () => {
  server = await startPullServer();
  ({ site, gateway } = server);
});
afterAll(async () => {
  await gateway.stop();
  await site.remove();
});

interface StoredReport {
  readonly agentId: string;
  readonly run: string;
  readonly status: string;
  readonly attributes: { readonly NodeName?: string; readonly EndTime?: string };
  readonly parts: readonly { readonly submissionId: string }[];
}

async function everyReport(): Promise<StoredReport[]> {
  const found: StoredReport[] = [];
  for (let after = ""; ; ) {
    const { body } = await send(gateway.https, {
      method: "GET",
      path: `/api/v1/reports?limit=500${after}`,
      headers: { Authorization: `Bearer ${gateway.token}` },
    });
    const page = JSON.parse(body.toString());
    found.push(...page.reports);
    if (page.next === null) return found;
    after = `&after=${page.next}`;
  }
}

/** Hands a report in until it is acknowledged, as an agent does that tries again; an answer that got lost is not known. */
async function handIn(agentId: string, body: unknown): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const answer = await send(gateway.http, {
      method: "POST",
      path: `${BASE}/Nodes(AgentId='${agentId}')/SendReport`,
      headers: JSON_HEADERS,
      body: JSON.stringify(body),
    }).catch(() => undefined);
    if (answer?.status === 200) return attempt;
    if (answer !== undefined && answer.status < 500) throw new Error(`refused with ${answer.status}: ${answer.body}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const start = (jobId: string, run: number) => ({
  JobId: jobId,
  OperationType: "Consistency",
  ReportFormatVersion: "2.0",
  StartTime: `2026-11-20T10:${String(run).padStart(2, "0")}:00.0000000+00:00`,
  NodeName: "CLIENT",
  LCMVersion: "2.0",
  StatusData: [],
  Errors: [],
});
const end = (jobId: string, run: number) => ({
  JobId: jobId,
  Status: "Success",
  EndTime: `2026-11-20T10:${String(run).padStart(2, "0")}:30.0000000+00:00`,
  RebootRequested: "False",
  StatusData: [JSON.stringify({ Status: "Success", ResourcesInDesiredState: [{ ResourceId: `[File]${run}` }] })],
  Errors: [],
});

describe("kill -9 in the middle of 1,000 reports", () => {
  it("loses none that got its 2xx, stores none twice, and keeps each agent's order", async () => {
    const agents = Array.from({ length: AGENTS }, () => randomUUID());
    for (const agentId of agents) expect((await register(server, agentId, { names: [] })).status).toBe(204);
    const sent = new Map(agents.map((agentId) => [agentId, [] as string[]]));
    let acknowledged = 0;
    let again = 0;
    let crashes = 0;
    let restarting: Promise<void> = Promise.resolve();
    const restart = async () => {
      await gateway.crash();
      gateway = await site.start();
    };
    await Promise.all(
      agents.map(async (agentId) => {
        for (let run = 0; run < RUNS; run++) {
          const jobId = randomUUID();
          sent.get(agentId)?.push(jobId);
          for (const body of [start(jobId, run), end(jobId, run)]) {
            again += (await handIn(agentId, body)) - 1;
            acknowledged++;
            if (acknowledged >= (crashes + 1) * 200 && crashes < 4) {
              crashes++;
              restarting = restarting.then(restart);
            }
          }
        }
      }),
    );
    await restarting;
    expect(crashes).toBe(4);
    expect(acknowledged).toBe(AGENTS * RUNS * 2);
    expect(again).toBeGreaterThan(0);

    let reports = await everyReport();
    const finished = () => reports.filter(({ status }) => status === "success").length;
    // Of some runs it may be that nothing has been processed yet.
    const isAll = () => finished() >= AGENTS * RUNS;
    for (const until = Date.now() + 60_000; !isAll() && Date.now() < until; reports = await everyReport()) {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(reports).toHaveLength(AGENTS * RUNS);
    expect(finished()).toBe(AGENTS * RUNS);
    expect(new Set(reports.map(({ run }) => run)).size).toBe(AGENTS * RUNS);
    for (const report of reports) {
      expect(report.parts, report.run).toHaveLength(2);
      expect(report.attributes).toMatchObject({ NodeName: "CLIENT" });
    }
    const byRun = new Map(reports.map((report) => [report.run, report]));
    for (const jobs of sent.values()) {
      const numbers = jobs.flatMap(
        (jobId) => byRun.get(jobId)?.parts.map(({ submissionId }) => BigInt(submissionId)) ?? [],
      );
      expect(numbers).toEqual(numbers.toSorted((a, b) => (a < b ? -1 : 1)));
      expect(new Set(jobs.map((jobId) => byRun.get(jobId)?.agentId)).size).toBe(1);
    }
    const left = await withDatabase(site, async (client) => {
      const { rows } = await client.query(
        `select (select count(*)::int from inbox) as inbox, (select count(*)::int from dead_letters) as dead,
                (select count(*)::int from report_events) as events`,
      );
      return rows[0];
    });
    expect(left).toEqual({ inbox: 0, dead: 0, events: AGENTS * RUNS });
  });
});
