import { LcmError } from "./errors.js";
import type { LcmRun } from "./lcm-state.js";
import type { LcmAnswer } from "./transport.js";

/** One failure, in words. */
export interface FleetFailure {
  readonly agentId: string;
  readonly operation: string;
  readonly status: number | undefined;
  readonly text: string;
}

/** What a fleet did; every count is of things that really happened on the wire. */
export interface FleetSummary {
  /** Agents that started. */
  agents: number;
  /** Agents whose three PUTs were all taken. */
  registered: number;
  /** GetDscAction answers an LCM could read. */
  checkIns: number;
  /** Configurations downloaded and verified. */
  downloads: number;
  /** Modules downloaded and verified. */
  modules: number;
  /** Reports taken. */
  reports: number;
  /** Check-ins by NodeStatus. */
  byAction: Record<string, number>;
  /** Everything that failed. */
  failures: number;
  /** The first few of them. */
  firstFailures: FleetFailure[];
  /** Answers with a status of 500 or more (5xx). */
  serverErrors: number;
  /** Downloads whose bytes did not match their Checksum header; among the failures too. */
  checksumMismatches: number;
  /** Whether the fleet was stopped before it was done. */
  aborted: boolean;
  /** From the first agent's start to the last one's end, in milliseconds. */
  durationMs: number;
}

const KEPT_FAILURES = 10;

/** Summary of a fleet that has done nothing. */
export function newFleetSummary(): FleetSummary {
  return {
    agents: 0,
    registered: 0,
    checkIns: 0,
    downloads: 0,
    modules: 0,
    reports: 0,
    byAction: {},
    failures: 0,
    firstFailures: [],
    serverErrors: 0,
    checksumMismatches: 0,
    aborted: false,
    durationMs: 0,
  };
}

/** Counts an answer as it came from the wire. */
export function countAnswer(summary: FleetSummary, answer: LcmAnswer): void {
  if (answer.status >= 500) {
    summary.serverErrors += 1;
  }
}

/** Counts one failure. */
export function countFailure(summary: FleetSummary, agentId: string, error: unknown): void {
  summary.failures += 1;
  const known = error instanceof LcmError ? error : undefined;
  if (known?.kind === "checksum") {
    summary.checksumMismatches += 1;
  }
  if (summary.firstFailures.length < KEPT_FAILURES) {
    const text = error instanceof Error ? error.message : String(error);
    summary.firstFailures.push({ agentId, operation: known?.operation ?? "simulator", status: known?.status, text });
  }
}

/** Counts one consistency run. */
export function countRun(summary: FleetSummary, run: LcmRun): void {
  if (run.nodeStatus !== undefined) {
    summary.checkIns += 1;
    summary.byAction[run.nodeStatus] = (summary.byAction[run.nodeStatus] ?? 0) + 1;
  }
  summary.downloads += run.downloads.length;
  summary.modules += run.modules.length;
  summary.reports += run.reports;
  for (const error of run.errors) {
    countFailure(summary, run.agentId, error);
  }
}
