import { rmSync, statSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { newSite } from "../dsc/site.js";
import { agentId } from "../load/agent-id.js";
import { record } from "../load/record.js";
import { type Gateway, gatehouse } from "../process/gateway.js";
import type { Findings } from "../report.js";
import { makeHistory } from "../reports/history.js";
import { Probe } from "../reports/probe.js";
import { sendReport } from "../reports/requests.js";
import { reportsSettings } from "../reports/settings.js";
import { spread, worst } from "../stats.js";
import { keepSubmissions, takeSubmission } from "./submissions.js";
import { type Waits, waitsUntil } from "./waits.js";

/** How a backup is measured. */
export interface BackupSettings {
  readonly nodes: number;
  /** Of each node in the month. */
  readonly reportsPerNode: number;
  readonly days: number;
  readonly rounds: number;
}

export const backupSettings = (quick: boolean): BackupSettings =>
  quick
    ? { nodes: 500, reportsPerNode: 4, days: 28, rounds: 1 }
    : { nodes: 10_000, reportsPerNode: 30, days: 30, rounds: 3 };

/** What serving may lose by a backup, in milliseconds, at the very worst request. */
const MOST_MS = 100;
const RESOURCES = 10;
/** Until code is compiled, here and in the gateway. */
const WARM_UP_MS = 10_000;

interface Round {
  readonly quiet: Waits;
  readonly during: Waits;
  readonly seconds: number;
  readonly megabytes: number;
}

/**
 * The longest that an agent waited for the gateway while it was backed up, and while it was not, in turns: agents come at a
 * steady rate, and each wait counts from when its request was due.
 */
export async function backup(dir: string, settings: BackupSettings, say: (line: string) => void): Promise<Findings> {
  const { nodes, reportsPerNode, days } = settings;
  const { gateway, checksum } = await newSite(dir, "backup", nodes);
  const probe = await Probe.open(gateway.database);
  try {
    for (const drifted of [0, 1]) {
      await record(gateway.port, sendReport({ checksum, resources: RESOURCES, drifted }), agentId(drifted));
      await probe.emptied();
    }
    await takeSubmission(probe);
    const total = await makeHistory(probe, { ...reportsSettings(false), nodes, reportsPerNode, days });
    await keepSubmissions(probe);
    const size = await sizeOf(probe);
    say(`${nodes} nodes, ${total} reports, a database of ${size} MB; backing it up`);
    await waitsUntil(sleep(WARM_UP_MS), gateway, checksum, nodes);
    const rounds: Round[] = [];
    for (let round = 0; round < settings.rounds; round++) {
      const taken = await oneRound(dir, gateway, checksum, nodes);
      say(
        `longest wait ${taken.during.longest.toFixed(1)} ms, ${taken.during.longestAt.toFixed(1)} s into ${taken.seconds.toFixed(1)} s of backup, ${taken.quiet.longest.toFixed(1)} ms without`,
      );
      rounds.push(taken);
    }
    await probe.emptied();
    return findingsOf(settings, rounds, size);
  } finally {
    await probe.close();
    await gateway.stop();
  }
}

async function oneRound(dir: string, gateway: Gateway, checksum: string, nodes: number): Promise<Round> {
  const file = path.join(dir, "measured.backup");
  const begun = performance.now();
  // A backup of its own time is compared with a time without one that is as long.
  const backedUp = gatehouse(gateway.dataDir, "backup", "create", file);
  const during = await waitsUntil(backedUp, gateway, checksum, nodes);
  const seconds = (performance.now() - begun) / 1000;
  const megabytes = statSync(file).size / 1e6;
  rmSync(file);
  const quiet = await waitsUntil(sleep(seconds * 1000), gateway, checksum, nodes);
  return { quiet, during, seconds, megabytes };
}

async function sizeOf(probe: Probe): Promise<number> {
  const [row] = await probe.query<{ megabytes: number }>(
    "select round(pg_database_size(current_database()) / 1e6)::int as megabytes",
  );
  return row?.megabytes ?? Number.NaN;
}

function findingsOf({ nodes, reportsPerNode, days }: BackupSettings, rounds: readonly Round[], size: number): Findings {
  const row = (name: string, of: (round: Round) => Waits) => ({
    name,
    p50Milliseconds: spread(rounds.map((round) => of(round).p50)),
    p99Milliseconds: spread(rounds.map((round) => of(round).p99)),
    mostMilliseconds: worst(rounds.map((round) => of(round).longest)),
  });
  const seconds = spread(rounds.map((round) => round.seconds));
  const file = Math.max(...rounds.map(({ megabytes }) => megabytes));
  return {
    notes: [
      `Backup: ${nodes * reportsPerNode} reports of ${nodes} nodes over ${days} days, a database of ${size} MB; the file has ${file.toFixed(0)} MB (made-up rows are alike: real ones pack less), and took ${seconds.median.toFixed(1)} s at the rate that the command has unless told.`,
    ],
    goals: [
      {
        id: "backup-holds-serving",
        what: "The longest wait for the gateway while it is backed up, over the longest without",
        // Each longest wait is one request's among thousands: what else the machine does makes half of them.
        judgedBy: "each round's difference",
        unit: "ms",
        atMost: MOST_MS,
        measured: spread(rounds.map(({ during, quiet }) => Math.max(0, during.longest - quiet.longest))),
        beside: {
          "longest during": worst(rounds.map(({ during }) => during.longest)),
          "longest without": worst(rounds.map(({ quiet }) => quiet.longest)),
          "late by the machine alone": worst(rounds.map(({ during }) => during.own)),
        },
      },
    ],
    cases: [
      {
        id: "backup-waits",
        title: "Check-ins and reports that come at a steady rate, from when each is due to its answer",
        heading: "Meanwhile",
        rows: [row("a backup", ({ during }) => during), row("nothing", ({ quiet }) => quiet)],
      },
    ],
  };
}
