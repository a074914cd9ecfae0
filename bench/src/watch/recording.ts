import path from "node:path";
import { getDscAction } from "../dsc/requests.js";
import { newSite } from "../dsc/site.js";
import { bodiesFile, glpiInventory } from "../inventory/requests.js";
import type { Sample } from "../inventory/sample.js";
import type { Load } from "../load/load.js";
import type { LoadPlan, LoadResult } from "../load/types.js";
import { type Gateway, gatehouse, startGateway } from "../process/gateway.js";
import type { Findings } from "../report.js";
import { Probe } from "../reports/probe.js";
import { type Turn, takeTurn } from "../reports/turn.js";
import { type Measured, planFor, ratio, rotate, rowOf, wholeCpu } from "../rounds.js";
import type { WatchSettings } from "./settings.js";

interface Case<Round extends LoadResult> {
  readonly id: string;
  readonly what: string;
  readonly protocol: string;
  turn(): Promise<Round>;
  readonly cpu: (round: Round) => number | null;
  readonly rate: (round: Round) => number;
}

/** What check-ins and inventories cost while everything of them is recorded, beside the same without, on one gateway. */
export async function recording(dir: string, load: Load, sample: Sample, settings: WatchSettings): Promise<Findings> {
  const checkIns = await ofCheckIns(dir, load, settings);
  const inventories = await ofInventories(dir, load, sample, settings);
  return {
    goals: [...checkIns.goals, ...inventories.goals],
    notes: [...(checkIns.notes ?? []), ...(inventories.notes ?? [])],
    cases: [...checkIns.cases, ...inventories.cases],
  };
}

async function ofCheckIns(dir: string, load: Load, settings: WatchSettings): Promise<Findings> {
  const { agents } = settings;
  const { gateway, checksum } = await newSite(dir, "recorded-check-ins", agents);
  try {
    const { port, pid, postmaster } = gateway;
    const plan = planFor({ name: "", port, pid, postmaster, agents }, getDscAction(checksum), undefined, settings);
    return await compared(
      gateway,
      {
        ...{ id: "recorded-check-ins", what: "GetDscAction while every exchange is recorded", protocol: "dsc" },
        turn: () => load.run(plan),
        cpu: wholeCpu,
        rate: ({ perSecond }) => perSecond,
      },
      settings,
    );
  } finally {
    await gateway.stop();
  }
}

async function ofInventories(dir: string, load: Load, sample: Sample, settings: WatchSettings): Promise<Findings> {
  const { inventories: agents } = settings;
  const gateway = await startGateway(path.join(dir, "recorded-inventories"));
  const probe = await Probe.open(gateway.database);
  try {
    const shape = glpiInventory(bodiesFile(dir, "recorded.bodies", sample, agents));
    const { port, pid, postmaster } = gateway;
    const plan: LoadPlan = {
      ...planFor({ name: "", port, pid, postmaster, agents }, shape, undefined, settings),
      ...{ settleSeconds: 0, seconds: 3_600, maxRequests: agents },
    };
    const rows = async () => (await probe.counts()).submissions;
    return await compared<Turn>(
      gateway,
      {
        ...{ id: "recorded-inventories", what: "Inventories while every exchange is recorded", protocol: "inventory" },
        turn: () => takeTurn(load, plan, probe, { processes: true, rows }),
        cpu: ({ serverCpuAllProcessed: server, postgresCpuAllProcessed: postgres }) =>
          server === null || postgres === null ? null : server + postgres,
        rate: ({ perSecondAllProcessed }) => perSecondAllProcessed,
      },
      settings,
    );
  } finally {
    await probe.close();
    await gateway.stop();
  }
}

/** The same load with and without a recording of everything, in turns. */
async function compared<Round extends LoadResult>(
  gateway: Gateway,
  { id, what, protocol, turn, cpu, rate }: Case<Round>,
  settings: WatchSettings,
): Promise<Findings> {
  const subjects = [
    { name: "Without", isRecorded: false },
    { name: "Recorded", isRecorded: true },
  ];
  const measured = await rotate(
    subjects,
    async ({ isRecorded }) => {
      if (!isRecorded) return turn();
      const name = "bench";
      const bounds = ["--most", "100000", "--megabytes", "10240"];
      await gatehouse(gateway.dataDir, "exchange", "record", name, "--protocol", protocol, ...bounds);
      try {
        return await turn();
      } finally {
        await gatehouse(gateway.dataDir, "exchange", "stop", name);
      }
    },
    settings,
  );
  const [without, recorded] = measured;
  if (without === undefined || recorded === undefined) throw new Error("a subject is missing");
  return {
    goals: [
      {
        ...{ id, what, unit: "" as const, atLeast: 0.85 },
        judgedBy: "requests/s over those without a recording",
        measured: ratio<Round>(recorded, without, rate) ?? null,
        beside: { "CPU of gateway and PostgreSQL, without over with": ratio<Round>(without, recorded, cpu) ?? null },
      },
    ],
    notes: [await dropped(gateway, id)],
    cases: [{ id: id, title: what, rows: measured.map((one: Measured<Round>) => rowOf(one)) }],
  };
}

/** What is dropped costs nothing: how much that was. */
async function dropped({ port }: Gateway, id: string): Promise<string> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const count = /^gatehouse_exchanges_dropped_total (\d+)$/m.exec(text)?.[1];
  if (count === undefined) throw new Error("the gateway does not say how many exchanges it dropped");
  return `${id}: ${count} exchanges were dropped in all turns.`;
}
