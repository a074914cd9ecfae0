import { FULL_ROUNDS, QUICK_ROUNDS, type Settings } from "../settings.js";

export interface ReportsSettings extends Settings {
  /** Registered agents of the gateway that accepts; as many as there are connections report. */
  readonly agents: number;
  /** Resources of each report that is handed in: what makes it 5 kB. */
  readonly resources: number;
  /** Reports that wait when the gateway starts, and the agents that they are of. */
  readonly backlog: number;
  readonly backlogAgents: number;
  /** Backlogs that count; one more comes first, onto empty tables. */
  readonly drains: number;
  /** The fleet whose reports are read. */
  readonly nodes: number;
  readonly reportsPerNode: number;
  readonly eventsPerReport: number;
  /** Days over which they are spread. */
  readonly days: number;
  /** Nodes that are looked at in each round of reading. */
  readonly lookUps: number;
  readonly readRounds: number;
  /** Requests under way at once in the second half of reading. */
  readonly readers: number;
}

const FULL: ReportsSettings = {
  ...FULL_ROUNDS,
  connections: 100,
  agents: 1_000,
  resources: 6,
  backlog: 10_000,
  backlogAgents: 1_000,
  drains: 5,
  nodes: 100_000,
  reportsPerNode: 10,
  eventsPerReport: 10,
  days: 28,
  lookUps: 400,
  readRounds: 5,
  readers: 8,
};

/** Runs through everything in a minute; its numbers mean nothing. */
const QUICK: ReportsSettings = {
  ...FULL,
  ...QUICK_ROUNDS,
  backlog: 1_000,
  backlogAgents: 100,
  drains: 2,
  nodes: 2_000,
  reportsPerNode: 5,
  lookUps: 50,
  readRounds: 2,
};

export const reportsSettings = (quick: boolean): ReportsSettings => (quick ? QUICK : FULL);
