import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Row } from "../columns.js";
import { makeFleet } from "../dsc/fleet.js";
import { processCpu, treeCpu } from "../process/cpu.js";
import { embeddedDatabase, startGateway } from "../process/gateway.js";
import type { Findings } from "../report.js";
import { type Measured, over } from "../rounds.js";
import { fillBacklog } from "./backlog.js";
import { expectCounts, Probe } from "./probe.js";
import { sendReport, UNPUBLISHED } from "./requests.js";
import type { ReportsSettings } from "./settings.js";

const LOOK_MS = 20;

/** One backlog, from the first look at which something was processed until nothing waited. */
interface Drained {
  readonly perSecond: number;
  readonly serverCpu: number | null;
  readonly postgresCpu: number | null;
}

/** A backlog that waits when the gateway starts. */
export async function drain(dir: string, settings: ReportsSettings): Promise<Findings> {
  const { backlog, backlogAgents, drains, resources } = settings;
  const dataDir = path.join(dir, "drain");
  const made = await startGateway(dataDir);
  await makeFleet(made.database, backlogAgents);
  await made.stop();
  const shape = sendReport({ checksum: UNPUBLISHED, resources });
  const all: Drained[] = [];
  for (let i = 0; i <= drains; i++) {
    await fillBacklog(dataDir, shape, backlog);
    all.push(await timed(dataDir, backlog, backlog * (i + 1), resources));
  }
  const [first, ...rest] = all;
  if (first === undefined) throw new Error("nothing was drained");
  const later: Measured<Drained> = { name: "Next ones, on tables that were analysed", rounds: rest };
  const fresh: Measured<Drained> = { name: "The first one, on empty tables", rounds: [first] };
  return {
    goals: [
      {
        id: "drain",
        what: `A backlog of ${backlog} reports`,
        judgedBy: "reports/s from the first one processed to the last",
        unit: "/s",
        atLeast: 2_000,
        measured: over(later, ({ perSecond }) => perSecond),
        beside: { "on empty tables": over(fresh, ({ perSecond }) => perSecond) },
      },
    ],
    cases: [
      {
        id: "drain",
        title: `A backlog of ${backlog} reports of ${backlogAgents} agents`,
        heading: "Backlog",
        rows: [later, fresh].map(lineOf),
      },
    ],
  };
}

const lineOf = (measured: Measured<Drained>): Row => ({
  name: measured.name,
  reportsPerSecond: over(measured, ({ perSecond }) => perSecond),
  serverCpuMicroseconds: over(measured, ({ serverCpu }) => serverCpu),
  postgresCpuMicroseconds: over(measured, ({ postgresCpu }) => postgresCpu),
});

/** Starts the gateway and watches its inbox. @param total reports that there must be in the end */
async function timed(dataDir: string, backlog: number, total: number, resources: number): Promise<Drained> {
  let pid = 0;
  const starting = startGateway(dataDir, (spawned) => {
    pid = spawned;
  });
  // Whatever becomes of it is learned below.
  starting.catch(() => undefined);
  try {
    const { probe, postmaster } = await firstContact(dataDir);
    try {
      const drained = await watch(probe, backlog, () => [processCpu(pid), treeCpu(postmaster)]);
      expectCounts(await probe.counts(), total, resources);
      await probe.tidy();
      return drained;
    } finally {
      await probe.close();
    }
  } finally {
    await (await starting).stop();
  }
}

/** A connection to the database as soon as it takes one: before the gateway has begun with its inbox. */
async function firstContact(dataDir: string): Promise<{ probe: Probe; postmaster: number }> {
  const end = performance.now() + 30_000;
  for (;;) {
    try {
      const { pid: postmaster, database } = embeddedDatabase(dataDir);
      return { probe: await Probe.open(database), postmaster };
    } catch (thrown) {
      if (performance.now() > end) throw thrown;
      await sleep(5);
    }
  }
}

async function watch(
  probe: Probe,
  backlog: number,
  cpu: () => readonly [number | undefined, number | undefined],
): Promise<Drained> {
  const head = await probe.oldest();
  // On a busy machine the gateway may have been faster than the first look.
  const untouched = (await probe.waiting()) === backlog;
  const end = performance.now() + 30_000;
  while (untouched && (await probe.oldest()) === head) {
    if (performance.now() > end) throw new Error("nothing was processed within 30 s");
    await sleep(LOOK_MS);
  }
  const begun = performance.now();
  const before = cpu();
  const left = await probe.waiting();
  if (left === 0) throw new Error("the backlog was gone before it was looked at");
  await probe.emptied(LOOK_MS);
  const seconds = (performance.now() - begun) / 1000;
  const after = cpu();
  const each = (i: 0 | 1) => {
    const [from, to] = [before[i], after[i]];
    return from === undefined || to === undefined ? null : (to - from) / left;
  };
  return { perSecond: left / seconds, serverCpu: each(0), postgresCpu: each(1) };
}
