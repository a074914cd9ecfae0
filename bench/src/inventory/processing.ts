import path from "node:path";
import { LOOP_LIMIT_MS } from "../ca/enrolment.js";
import { IdleLoop, takeLoopDelay } from "../ca/loop-delay.js";
import type { Row } from "../columns.js";
import type { Load } from "../load/load.js";
import type { LoadPlan, RequestShape } from "../load/types.js";
import { type Gateway, startGateway } from "../process/gateway.js";
import type { Findings } from "../report.js";
import { Probe } from "../reports/probe.js";
import { takeTurn } from "../reports/turn.js";
import { type Measured, over, planFor, values } from "../rounds.js";
import { spread, worst } from "../stats.js";
import { bodiesFile, fusionInventory, glpiInventory } from "./requests.js";
import type { Sample } from "./sample.js";
import type { InventorySettings } from "./settings.js";

/** What one inventory cost from its request until it was processed, in milliseconds of CPU. */
interface Processed {
  readonly server: number | null;
  readonly postgres: number | null;
  readonly whole: number | null;
  /** The longest time between two turns of the event loop, and of a loop that does nothing. */
  readonly loopDelay: number;
  readonly idleDelay: number;
}

interface World {
  readonly gateway: Gateway;
  readonly probe: Probe;
  readonly load: Load;
  readonly idle: IdleLoop;
  readonly settings: InventorySettings;
}

/** What inventories cost to process: unchanged and changed, with few nodes known and with many, in JSON and in XML. */
export async function processing(
  dir: string,
  load: Load,
  samples: { readonly json: Sample; readonly xml: Sample },
  settings: InventorySettings,
  say: (line: string) => void,
): Promise<Findings> {
  const { agents, known, rounds, changedPackages } = settings;
  const gateway = await startGateway(path.join(dir, "processing"));
  const probe = await Probe.open(gateway.database);
  const idle = new IdleLoop();
  const world: World = { gateway, probe, load, idle, settings };
  const json = (revision: number) =>
    glpiInventory(bodiesFile(dir, `revision-${revision}.bodies`, samples.json, agents, revision));
  try {
    let revision = 0;
    const series = async (name: string): Promise<Measured<Processed>[]> => {
      const same = json(revision);
      await turn(world, same, agents);
      const unchanged: Processed[] = [];
      const changed: Processed[] = [];
      for (let round = -1; round < rounds; round++) {
        const before = await turn(world, json(revision), agents);
        const after = await turn(world, json(++revision), agents);
        // The first time warms everything up.
        if (round >= 0) unchanged.push(before);
        if (round >= 0) changed.push(after);
      }
      return [
        { name: `Unchanged, ${name}`, rounds: unchanged },
        { name: `${changedPackages} packages changed, ${name}`, rounds: changed },
      ];
    };
    say(`inventories of ${agents} agents, nobody else known`);
    const [unchanged, changed] = await series(`${agents} nodes known`);
    say(`the same, ${known} nodes known`);
    await turn(world, glpiInventory(bodiesFile(dir, "known.bodies", samples.json, known, revision)), known);
    const [unchangedOfMany, changedOfMany] = await series(`${known} nodes known`);
    say("inventories in XML");
    const xml = fusionInventory(bodiesFile(dir, "xml.bodies", samples.xml, agents));
    const inXml: Measured<Processed> = { name: "XML, unchanged", rounds: [] };
    for (let round = -1; round < rounds; round++) {
      const one = await turn(world, xml, agents);
      if (round >= 0) (inXml.rounds as Processed[]).push(one);
    }
    if (!unchanged || !changed || !unchangedOfMany || !changedOfMany) throw new Error("a series is missing");
    return findingsOf({ unchanged, changed, unchangedOfMany, changedOfMany, inXml }, samples.xml, settings);
  } finally {
    await idle.close();
    await probe.close();
    await gateway.stop();
  }
}

/** Every agent sends its inventory once; the turn ends when all are processed. @throws when one is not stored */
async function turn(
  { gateway, probe, load, idle, settings }: World,
  shape: RequestShape,
  agents: number,
): Promise<Processed> {
  const subject = { name: "Gatehouse", port: gateway.port, pid: gateway.pid, postmaster: gateway.postmaster, agents };
  const plan: LoadPlan = {
    ...planFor(subject, shape, undefined, settings),
    settleSeconds: 0,
    seconds: 3_600,
    maxRequests: agents,
  };
  await Promise.all([takeLoopDelay(gateway), idle.take()]);
  const rows = async () => (await probe.counts()).submissions;
  const taken = await takeTurn(load, plan, probe, { processes: true, rows });
  const { deadLetters } = await probe.counts();
  if (deadLetters > 0) throw new Error(`${deadLetters} inventories were refused by processing`);
  const milliseconds = (microseconds: number | null) => (microseconds === null ? null : microseconds / 1000);
  const [server, postgres] = [milliseconds(taken.serverCpuAllProcessed), milliseconds(taken.postgresCpuAllProcessed)];
  return {
    server,
    postgres,
    whole: server === null || postgres === null ? null : server + postgres,
    loopDelay: await takeLoopDelay(gateway),
    idleDelay: await idle.take(),
  };
}

type Found = Readonly<
  Record<"unchanged" | "changed" | "unchangedOfMany" | "changedOfMany" | "inXml", Measured<Processed>>
>;

function findingsOf(found: Found, xml: Sample, { agents, known, changedPackages }: InventorySettings): Findings {
  const cost = (
    id: string,
    what: string,
    atMost: number,
    measured: Measured<Processed>,
    beside?: Measured<Processed>,
  ) => ({
    id,
    what,
    judgedBy: "CPU of gateway and PostgreSQL, from request to processed",
    unit: "ms" as const,
    atMost,
    measured: over(measured, ({ whole }) => whole),
    beside: {
      gateway: over(measured, ({ server }) => server),
      ...(beside === undefined ? {} : { [`at ${agents} nodes`]: over(beside, ({ whole }) => whole) }),
    },
  });
  const all = Object.values(found);
  const delays = all.flatMap((one) => values(one, ({ loopDelay }) => loopDelay) ?? []);
  const idleDelays = all.flatMap((one) => values(one, ({ idleDelay }) => idleDelay) ?? []);
  return {
    notes: [`The inventory in XML: ${xml.bytes} bytes, ${xml.packed} with zlib (${xml.from}).`],
    goals: [
      cost(
        "process-unchanged",
        `An unchanged inventory, ${known} nodes known`,
        15,
        found.unchangedOfMany,
        found.unchanged,
      ),
      cost(
        "process-changed",
        `One with ${changedPackages} changed packages, ${known} nodes known`,
        40,
        found.changedOfMany,
        found.changed,
      ),
      cost("process-xml", "An inventory in XML", 120, found.inXml),
      {
        id: "inventory-loop",
        what: "The event loop meanwhile",
        judgedBy: "the longest time between two turns, all rounds",
        unit: "ms",
        atMost: LOOP_LIMIT_MS,
        measured: worst(delays),
        beside: { "a loop that does nothing": worst(idleDelays), "median of the rounds": spread(delays) },
      },
    ],
    cases: [
      {
        id: "process-inventories",
        title: "Inventories from request to processed",
        heading: "Inventory",
        rows: all.map(rowOf),
      },
    ],
  };
}

const rowOf = (measured: Measured<Processed>): Row => {
  const micro = (of: (one: Processed) => number | null) =>
    over(measured, (one) => {
      const value = of(one);
      return value === null ? null : value * 1000;
    });
  return {
    name: measured.name,
    serverCpuMicroseconds: micro(({ server }) => server),
    postgresCpuMicroseconds: micro(({ postgres }) => postgres),
    loopLagMilliseconds: over(measured, ({ loopDelay }) => loopDelay),
  };
};
