import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Row } from "../columns.js";
import { makeFleet } from "../dsc/fleet.js";
import { agentId } from "../load/agent-id.js";
import { record } from "../load/record.js";
import type { RequestShape } from "../load/types.js";
import { embeddedDatabase, startGateway } from "../process/gateway.js";
import type { Findings } from "../report.js";
import { type Measured, over } from "../rounds.js";
import { addBacklog, fillBacklog } from "./backlog.js";
import { expectCounts, Probe } from "./probe.js";
import { sendReport, UNPUBLISHED } from "./requests.js";
import type { ReportsSettings } from "./settings.js";
import { type Drained, watch } from "./watch.js";

/** Single reports before a backlog comes upon a gateway that runs: it has settled into its ways by then. */
const SINGLE = 20;

/** A backlog that waits when the gateway starts, and one that comes while it runs. */
export async function drain(dir: string, settings: ReportsSettings): Promise<Findings> {
  const { backlog, backlogAgents, drains, resources } = settings;
  const dataDir = path.join(dir, "drain");
  const made = await startGateway(dataDir);
  await makeFleet(made.database, backlogAgents);
  await made.stop();
  const shape = sendReport({ checksum: UNPUBLISHED, resources });
  const started: Drained[] = [];
  for (let i = 0; i <= drains; i++) {
    await fillBacklog(dataDir, shape, backlog);
    started.push(await atStart(dataDir, backlog, backlog * (i + 1), resources));
  }
  const [first, ...rest] = started;
  if (first === undefined) throw new Error("nothing was drained");
  const later: Measured<Drained> = { name: "Waits when the gateway starts", rounds: rest };
  const fresh: Measured<Drained> = { name: "The same, onto empty tables", rounds: [first] };
  const running: Measured<Drained> = {
    name: "Comes while the gateway runs",
    rounds: await whileRunning(dataDir, shape, settings, backlog * started.length),
  };
  return {
    goals: [
      {
        id: "drain",
        what: `A backlog of ${backlog} reports when the gateway starts`,
        judgedBy: "reports/s from the first one processed to the last",
        unit: "/s",
        atLeast: 2_000,
        measured: over(later, ({ perSecond }) => perSecond),
        beside: {
          "onto empty tables": over(fresh, ({ perSecond }) => perSecond),
          "while it runs": over(running, ({ perSecond }) => perSecond),
        },
      },
    ],
    cases: [
      {
        id: "drain",
        title: `A backlog of ${backlog} reports of ${backlogAgents} agents`,
        heading: "Backlog",
        rows: [later, fresh, running].map(lineOf),
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
async function atStart(dataDir: string, backlog: number, total: number, resources: number): Promise<Drained> {
  let server = 0;
  const starting = startGateway(dataDir, (pid) => {
    server = pid;
  });
  // Whatever becomes of it is learned below.
  starting.catch(() => undefined);
  try {
    const { probe, postmaster } = await firstContact(dataDir);
    try {
      const drained = await watch(probe, backlog, { server, postmaster });
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

/** @param before reports that there are already */
async function whileRunning(
  dataDir: string,
  shape: RequestShape,
  { backlog, drains, resources }: ReportsSettings,
  before: number,
): Promise<Drained[]> {
  const gateway = await startGateway(dataDir);
  const probe = await Probe.open(gateway.database);
  try {
    for (let i = 0; i < SINGLE; i++) {
      await record(gateway.port, shape, agentId(i));
      await probe.emptied();
    }
    const found: Drained[] = [];
    for (let i = 0; i < drains; i++) {
      await addBacklog(probe, shape, backlog);
      found.push(await watch(probe, backlog, { server: gateway.pid, postmaster: gateway.postmaster }));
      expectCounts(await probe.counts(), before + SINGLE + backlog * (i + 1), resources);
    }
    return found;
  } finally {
    await probe.close();
    await gateway.stop();
  }
}
