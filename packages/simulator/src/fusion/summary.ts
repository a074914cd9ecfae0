import type { InventoryAnswer } from "../inventory/connection.js";
import { countInventoryFailure, type InventoryFleetFailure } from "../inventory/summary.js";
import type { FusionRun } from "./run.js";

/** What a fleet did; every count is of things that really happened on the wire. */
export interface FusionFleetSummary {
  /** Agents that started. */
  agents: number;
  /** Runs that were gone through, however they ended. */
  runs: number;
  /** Inventories that were taken. */
  full: number;
  /** Configurations that were read. */
  configs: number;
  /** Jobs that were handed over, and how they ended for the agents. */
  jobs: number;
  ok: number;
  ko: number;
  skipped: number;
  /** Lines of schedules that no agent could do. */
  left: number;
  /** Parts of files that came as promised, and their bytes. */
  parts: number;
  partBytes: number;
  /** Requests that were answered. */
  answers: number;
  /** Everything that failed; a job that ended ko is no failure of the fleet's. */
  failures: number;
  /** The first few of them. */
  firstFailures: InventoryFleetFailure[];
  /** Answers with a status of 500 or more (5xx). */
  serverErrors: number;
  /** Whether the fleet was stopped before it was done. */
  aborted: boolean;
  /** From the first agent's start to the last one's end, in milliseconds. */
  durationMs: number;
}

/** Summary of a fleet that has done nothing. */
export const newFusionFleetSummary = (): FusionFleetSummary => ({
  ...{ agents: 0, runs: 0, full: 0, configs: 0, jobs: 0, ok: 0, ko: 0, skipped: 0, left: 0, parts: 0, partBytes: 0 },
  ...{ answers: 0, failures: 0, firstFailures: [], serverErrors: 0, aborted: false, durationMs: 0 },
});

/** Counts one answer. */
export function countFusionAnswer(summary: FusionFleetSummary, { status }: InventoryAnswer): void {
  summary.answers += 1;
  if (status >= 500) summary.serverErrors += 1;
}

/** Counts one run. */
export function countFusionRun(summary: FusionFleetSummary, run: FusionRun): void {
  summary.runs += 1;
  summary.full += run.inventory === "none" ? 0 : 1;
  summary.configs += run.config === undefined ? 0 : 1;
  summary.jobs += run.jobs.length;
  for (const { outcome } of run.jobs) summary[outcome] += 1;
  summary.left += run.left.length;
  summary.parts += run.parts;
  summary.partBytes += run.partBytes;
  for (const error of run.errors) countFusionFailure(summary, run.deviceId, error);
}

/** Counts one failure. */
export const countFusionFailure: (summary: FusionFleetSummary, deviceId: string, error: unknown) => void =
  countInventoryFailure;
