import path from "node:path";
import type { Load } from "../load/load.js";
import type { RequestShape } from "../load/types.js";
import { startGateway } from "../process/gateway.js";
import type { Findings } from "../report.js";
import { Probe } from "../reports/probe.js";
import { type Keeper, type Turn, takeTurn } from "../reports/turn.js";
import { type Measured, over, planFor, ratio, rotate, rowOf, type Subject } from "../rounds.js";
import { startYardstick } from "../yardstick.js";
import { recordInventory } from "./record.js";
import { bodiesFile, glpiInventory } from "./requests.js";
import type { Sample } from "./sample.js";
import type { InventorySettings } from "./settings.js";

const YARDSTICK = new URL("./yardstick-server.js", import.meta.url);

/** Inventories of many agents at once, beside a server that inflates and parses each and keeps nothing. */
export async function acceptance(
  dir: string,
  load: Load,
  sample: Sample,
  settings: InventorySettings,
): Promise<Findings> {
  const gateway = await startGateway(path.join(dir, "acceptance"));
  const probe = await Probe.open(gateway.database);
  try {
    const file = bodiesFile(dir, "acceptance.bodies", sample, settings.agents);
    const shape: RequestShape = glpiInventory(file);
    const answer = await recordInventory(gateway.port, shape, 0);
    await probe.emptied();
    const yardstick = await startYardstick(YARDSTICK, dir, "inflate", answer, null);
    const common = { postmaster: gateway.postmaster, agents: settings.agents };
    let answered = 0;
    const subjects: (Subject & Keeper)[] = [
      {
        name: "Bare Express that inflates and parses",
        port: yardstick.ready.port,
        pid: yardstick.pid,
        processes: false,
        rows: async () => answered,
        ...common,
      },
      {
        name: "Gatehouse, each committed",
        port: gateway.port,
        pid: gateway.pid,
        processes: true,
        rows: async () => (await probe.counts()).submissions,
        ...common,
      },
    ];
    try {
      const measured = await rotate(
        subjects,
        async (subject): Promise<Turn> => {
          const plan = planFor(subject, shape, answer.body, settings);
          if (subject.processes) return takeTurn(load, plan, probe, subject);
          const result = await load.run(plan);
          answered += result.answered;
          return { ...result, ...NOTHING_TO_PROCESS };
        },
        settings,
      );
      return findingsOf(measured, sample);
    } finally {
      await yardstick.stop();
    }
  } finally {
    await probe.close();
    await gateway.stop();
  }
}

const NOTHING_TO_PROCESS = {
  serverCpuAllProcessed: null,
  postgresCpuAllProcessed: null,
  perSecondAllProcessed: Number.NaN,
  processedPercent: null,
  catchUpSeconds: null,
};

function findingsOf(measured: readonly Measured<Turn>[], { from, bytes, packed }: Sample): Findings {
  const [bare, gateway] = measured;
  if (!bare || !gateway) throw new Error("a subject is missing");
  return {
    notes: [`The inventory in JSON: ${bytes} bytes, ${packed} with zlib (${from}).`],
    goals: [
      {
        id: "accept-inventories",
        what: "Full inventories, each of them committed",
        judgedBy: "requests/s over bare Express that inflates and parses",
        unit: "",
        atLeast: 0.5,
        measured: ratio(gateway, bare, (turn) => turn.perSecond) ?? null,
        beside: { "by server CPU": ratio(bare, gateway, (turn) => turn.serverCpu) ?? null },
      },
    ],
    cases: [
      {
        id: "accept-inventories",
        title: "INVENTORY, unchanged",
        rows: measured.map((one) => ({
          ...rowOf(one),
          processedPercent: over(one, (turn) => turn.processedPercent),
          catchUpSeconds: over(one, (turn) => turn.catchUpSeconds),
          clientCpuMicroseconds: over(one, (turn) => turn.clientCpu),
        })),
      },
    ],
  };
}
