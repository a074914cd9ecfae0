import path from "node:path";
import type { Row } from "../columns.js";
import { makeFleet } from "../dsc/fleet.js";
import { agentId } from "../load/agent-id.js";
import type { Load } from "../load/load.js";
import { record } from "../load/record.js";
import { requestOf } from "../load/requests.js";
import { startGateway } from "../process/gateway.js";
import type { Findings } from "../report.js";
import { type Measured, over, planFor, ratio, rotate, rowOf, type Subject } from "../rounds.js";
import { startYardstick } from "../yardstick.js";
import { expectCounts, Probe } from "./probe.js";
import { sendReport, UNPUBLISHED } from "./requests.js";
import type { ReportsSettings } from "./settings.js";
import { type Keeper, type Turn, takeTurn } from "./turn.js";

const YARDSTICK = new URL("./yardstick-server.js", import.meta.url);

/** SendReport of many agents at once, beside a server that stores each report with a commit of its own. */
export async function acceptance(dir: string, load: Load, settings: ReportsSettings): Promise<Findings> {
  const { agents, connections, resources } = settings;
  const gateway = await startGateway(path.join(dir, "acceptance"));
  const probe = await Probe.open(gateway.database);
  try {
    await makeFleet(gateway.database, agents);
    await probe.makeYardstickTable();
    const request = sendReport({ checksum: UNPUBLISHED, resources });
    const bytes = Buffer.byteLength(requestOf(request, agentId(0)).body);
    const durability = await probe.durability();
    const commitMs = await probe.commitMs(bytes);
    const answer = await record(gateway.port, request, agentId(0));
    await probe.emptied();
    const yardstick = await startYardstick(YARDSTICK, dir, "insert", answer, gateway.database);
    const common = { postmaster: gateway.postmaster, agents: connections };
    const subjects: (Subject & Keeper)[] = [
      {
        name: "Bare Express, one INSERT and commit each",
        port: yardstick.ready.port,
        pid: yardstick.pid,
        processes: false,
        rows: () => probe.yardstickRows(),
        ...common,
      },
      {
        name: "Gatehouse",
        port: gateway.port,
        pid: gateway.pid,
        processes: true,
        rows: async () => {
          const counts = await probe.counts();
          expectCounts(counts, counts.submissions, resources);
          return counts.submissions;
        },
        ...common,
      },
    ];
    try {
      const measured = await rotate(
        subjects,
        (subject) =>
          takeTurn(load, { ...planFor(subject, request, answer.body, settings), spread: "own" }, probe, subject),
        settings,
      );
      return findingsOf(measured, [
        `Each report has ${bytes} bytes with ${resources} resources. The database: ${durability}; one INSERT of as many bytes with its commit, alone, takes ${commitMs.toFixed(2)} ms (median of 100).`,
      ]);
    } finally {
      await yardstick.stop();
    }
  } finally {
    await probe.close();
    await gateway.stop();
  }
}

function findingsOf(measured: readonly Measured<Turn>[], notes: readonly string[]): Findings {
  const [bare, gateway] = measured;
  if (!bare || !gateway) throw new Error("a subject is missing");
  return {
    notes,
    goals: [
      {
        id: "accept-reports",
        what: "Reports of 5 kB, each of them committed",
        judgedBy: "requests/s over bare Express with an INSERT",
        unit: "",
        atLeast: 1,
        aim: 1.3,
        measured: ratio(gateway, bare, (turn) => turn.perSecond) ?? null,
        beside: {
          "until all are processed": ratio(gateway, bare, (turn) => turn.perSecondAllProcessed) ?? null,
          "by server CPU": ratio(bare, gateway, (turn) => turn.serverCpu) ?? null,
        },
      },
      {
        id: "accept-reports-postgres",
        what: "PostgreSQL's CPU for such a report",
        judgedBy: "CPU per request over its",
        unit: "",
        atMost: 0.5,
        measured: ratio(gateway, bare, (turn) => turn.postgresCpu) ?? null,
        beside: { "with all processed": ratio(gateway, bare, (turn) => turn.postgresCpuAllProcessed) ?? null },
      },
    ],
    cases: [{ id: "accept-reports", title: "SendReport, each connection an agent", rows: measured.map(lineOf) }],
  };
}

const lineOf = (measured: Measured<Turn>): Row => ({
  ...rowOf(measured),
  serverCpuAllProcessed: over(measured, (turn) => turn.serverCpuAllProcessed),
  postgresCpuAllProcessed: over(measured, (turn) => turn.postgresCpuAllProcessed),
  processedPercent: over(measured, (turn) => turn.processedPercent),
  catchUpSeconds: over(measured, (turn) => turn.catchUpSeconds),
  clientCpuMicroseconds: over(measured, (turn) => turn.clientCpu),
});
