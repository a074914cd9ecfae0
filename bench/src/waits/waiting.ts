import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Row } from "../columns.js";
import { type Gateway, startGateway } from "../process/gateway.js";
import { memoryOf } from "../process/memory.js";
import type { Findings } from "../report.js";
import { spread, worst } from "../stats.js";
import { startCrowd } from "./crowd.js";
import { makeAgents } from "./fleet.js";
import { Orders, TASKS } from "./order.js";
import type { WaitsSettings } from "./settings.js";

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
  /** The most memory of the gateway while all wait, and from then until all were woken; MB, resident. */
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

async function measure(dir: string, way: Way, settings: WaitsSettings, say: (line: string) => void) {
  const { waiting: agents, waves } = settings;
  const gateway = await startGateway(path.join(dir, `waits-${way.id}`));
  const orders = await Orders.open(gateway.database);
  const seen: Wave[] = [];
  let idle: number | undefined;
  try {
    await makeAgents(gateway.database, agents);
    idle = memoryOf(gateway.pid)?.rss;
    for (let i = 0; i < (way.id === "tls" ? 1 : waves); i++) {
      const wave = await oneWave(gateway, way, orders, settings);
      say(`${agents} agents over ${way.name} were woken ${wave.seconds.toFixed(2)} s after the operator's word`);
      seen.push(wave);
    }
  } finally {
    await orders.close();
    await gateway.stop();
  }
  return { goals: goalsOf(way, agents, seen, idle), row: rowOf(way, seen) };
}

const rowOf = ({ name }: Way, waves: readonly Wave[]): Row => ({
  name,
  seconds: spread(waves.map(({ gatherSeconds }) => gatherSeconds)),
});

function goalsOf({ id, name, megabytes }: Way, agents: number, waves: readonly Wave[], idle: number | undefined) {
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
        "before the first came": most(idle === undefined ? [] : [idle]),
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
  const [whileWaiting, whileWaking]: [number[], number[]] = [[], []];
  let seen: number[] | undefined;
  const looking = setInterval(() => {
    const now = memoryOf(pid)?.rss;
    if (now !== undefined) seen?.push(now);
  }, LOOK_MS);
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
    const order = await orders.wakeAll();
    const made = Date.now();
    const last = await crowd.woken;
    seen = undefined;
    await orders.cancel(order);
    const [seconds, secondsFromOrder] = [(last - said) / 1000, (last - made) / 1000];
    return { waiting: whileWaiting, waking: whileWaking, seconds, secondsFromOrder, gatherSeconds };
  } finally {
    clearInterval(looking);
    crowd.close();
  }
}

function tooEarly(): never {
  throw new Error("agents were woken before anybody said so");
}
