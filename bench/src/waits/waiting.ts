import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Row } from "../columns.js";
import { makeAgents } from "../jobs/agents.js";
import { type Gateway, startGateway } from "../process/gateway.js";
import { memoryOf } from "../process/memory.js";
import type { Findings } from "../report.js";
import { spread, worst } from "../stats.js";
import { startCrowd } from "./crowd.js";
import { Orders, TASKS } from "./order.js";
import type { WaitsSettings } from "./settings.js";
import { DEVICE_ID_OF_N } from "./types.js";

/** Milliseconds between two looks at the memory. */
const LOOK_MS = 100;

/** Goals of one way of connecting. */
interface Way {
  readonly id: "http" | "tls";
  readonly name: string;
  readonly megabytes: number;
}

const WAYS: readonly Way[] = [
  { id: "http", name: "HTTP", megabytes: 350 },
  { id: "tls", name: "TLS", megabytes: 600 },
];

/** What one wave of agents came to. */
interface Wave {
  /** Memory of the gateway before the first came, while all wait, and from then until all were woken; MB, resident. */
  readonly before: number[];
  readonly waiting: number[];
  readonly waking: number[];
  /** From the operator's word to the last agent's waking, and from when the order was made. */
  readonly seconds: number;
  readonly secondsFromOrder: number;
  /** Until all of them waited. */
  readonly gatherSeconds: number;
}

/** Agents that wait at a gateway and are all woken by one order: its memory, and how long that takes. */
export async function waiting(dir: string, settings: WaitsSettings, say: (line: string) => void): Promise<Findings> {
  const found = [];
  for (const way of WAYS) found.push(await measure(dir, way, settings, say));
  const rows = found.flatMap(({ row }) => row);
  return {
    goals: found.flatMap(({ goals }) => goals),
    cases: [{ id: "waiting-agents", title: `${settings.waiting} agents come to wait`, heading: "Over", rows }],
  };
}

/** Each wave comes to a gateway that was just started: what an earlier one left to be collected is not what waiting takes. */
async function measure(dir: string, way: Way, settings: WaitsSettings, say: (line: string) => void) {
  const seen: Wave[] = [];
  for (let i = 0; i < (way.id === "tls" ? 1 : settings.waves); i++) {
    const gateway = await startGateway(path.join(dir, `waits-${way.id}-${i}`));
    const orders = await Orders.open(gateway.database);
    try {
      await makeAgents(gateway.database, settings.waiting, DEVICE_ID_OF_N);
      const wave = await oneWave(gateway, way, orders, settings);
      say(
        `${settings.waiting} agents over ${way.name} were woken ${wave.seconds.toFixed(2)} s after the operator's word`,
      );
      seen.push(wave);
    } finally {
      await orders.close();
      await gateway.stop();
    }
  }
  return { goals: goalsOf(way, settings.waiting, seen), row: rowOf(way, seen) };
}

const rowOf = ({ name }: Way, waves: readonly Wave[]): Row => ({
  name,
  seconds: spread(waves.map(({ gatherSeconds }) => gatherSeconds)),
});

function goalsOf({ id, name, megabytes }: Way, agents: number, waves: readonly Wave[]) {
  const most = (values: readonly number[]) => (values.length === 0 ? null : worst(values));
  return [
    {
      id: `waiting-memory-${id}`,
      what: `${agents} agents wait over ${name}`,
      judgedBy: "the most memory (RSS) of the whole gateway while all wait",
      unit: "MB",
      atMost: megabytes,
      measured: most(waves.flatMap((wave) => wave.waiting)),
      beside: {
        "before the first came": most(waves.flatMap((wave) => wave.before)),
        "while all are woken": most(waves.flatMap((wave) => wave.waking)),
      },
    },
    {
      id: `waiting-woken-${id}`,
      what: `All of ${agents} agents over ${name} woken by one order`,
      judgedBy: "from the operator's word until the last agent has read it",
      unit: "s",
      atMost: 2,
      measured: spread(waves.map(({ seconds }) => seconds)),
      beside: { "from when the order was made": spread(waves.map(({ secondsFromOrder }) => secondsFromOrder)) },
    },
  ] as const;
}

async function oneWave(
  { pid, port, httpsPort, ready }: Gateway,
  { id }: Way,
  orders: Orders,
  { waiting: agents, waitSeconds }: WaitsSettings,
): Promise<Wave> {
  const [before, whileWaiting, whileWaking]: [number[], number[], number[]] = [[], [], []];
  let seen: number[] | undefined;
  const look = (into: number[] | undefined) => {
    const now = memoryOf(pid)?.rss;
    if (now !== undefined) into?.push(now);
  };
  look(before);
  const looking = setInterval(() => look(seen), LOOK_MS);
  const begun = Date.now();
  const crowd = startCrowd({
    ...(id === "tls" ? { port: httpsPort, ca: readFileSync(ready.ca, "utf8") } : { port }),
    ...{ agents, expected: JSON.stringify({ awake: { tasks: TASKS } }) },
  });
  try {
    await crowd.waiting;
    const gatherSeconds = (Date.now() - begun) / 1000;
    seen = whileWaiting;
    await Promise.race([sleep(waitSeconds * 1000), crowd.woken.then(tooEarly)]);
    seen = whileWaking;
    const said = Date.now();
    await orders.wakeAll();
    const made = Date.now();
    const last = await crowd.woken;
    seen = undefined;
    const [seconds, secondsFromOrder] = [(last - said) / 1000, (last - made) / 1000];
    return { before, waiting: whileWaiting, waking: whileWaking, seconds, secondsFromOrder, gatherSeconds };
  } finally {
    clearInterval(looking);
    crowd.close();
  }
}

function tooEarly(): never {
  throw new Error("agents were woken before anybody said so");
}
