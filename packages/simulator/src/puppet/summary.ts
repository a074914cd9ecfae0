import type { PuppetRun } from "./agent.js";
import { PuppetAgentError } from "./errors.js";

/** One failure, in words. */
export interface PuppetFleetFailure {
  readonly certname: string;
  readonly operation: string;
  readonly status: number | undefined;
  readonly text: string;
}

/** What a fleet did; every count is of things that really happened on the wire. */
export interface PuppetFleetSummary {
  /** Agents that started. */
  agents: number;
  /** Agents that got their certificate. */
  enrolled: number;
  /** Runs that were gone through, however they ended. */
  runs: number;
  /** Catalogs that an agent accepts. */
  catalogs: number;
  /** Plugins downloaded and verified. */
  plugins: number;
  /** Files of resources downloaded and verified. */
  files: number;
  /** Reports taken. */
  reports: number;
  /** Runs by their status. */
  byStatus: Record<string, number>;
  /** Everything that failed. */
  failures: number;
  /** The first few of them. */
  firstFailures: PuppetFleetFailure[];
  /** Answers with a status of 500 or more (5xx). */
  serverErrors: number;
  /** Downloads whose bytes were not what was promised; among the failures too. */
  checksumMismatches: number;
  /** Whether the fleet was stopped before it was done. */
  aborted: boolean;
  /** From the first agent's start to the last one's end, in milliseconds. */
  durationMs: number;
}

const KEPT_FAILURES = 10;

/** Summary of a fleet that has done nothing. */
export const newPuppetFleetSummary = (): PuppetFleetSummary => ({
  agents: 0,
  enrolled: 0,
  runs: 0,
  catalogs: 0,
  plugins: 0,
  files: 0,
  reports: 0,
  byStatus: {},
  failures: 0,
  firstFailures: [],
  serverErrors: 0,
  checksumMismatches: 0,
  aborted: false,
  durationMs: 0,
});

/** Counts one failure. */
export function countPuppetFailure(summary: PuppetFleetSummary, certname: string, error: unknown): void {
  summary.failures += 1;
  const known = error instanceof PuppetAgentError ? error : undefined;
  if (known?.kind === "checksum") summary.checksumMismatches += 1;
  if (summary.firstFailures.length < KEPT_FAILURES) {
    const text = error instanceof Error ? error.message : String(error);
    summary.firstFailures.push({ certname, operation: known?.operation ?? "simulator", status: known?.status, text });
  }
}

/** Counts one run. */
export function countPuppetRun(summary: PuppetFleetSummary, run: PuppetRun): void {
  summary.runs += 1;
  summary.catalogs += run.catalog === undefined ? 0 : 1;
  summary.plugins += run.plugins.downloaded;
  summary.files += run.files;
  summary.reports += run.reported ? 1 : 0;
  summary.byStatus[run.status] = (summary.byStatus[run.status] ?? 0) + 1;
  for (const error of run.errors) countPuppetFailure(summary, run.certname, error);
}
