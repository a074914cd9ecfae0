import type { InventoryRun } from "./agent.js";
import { InventoryAgentError } from "./errors.js";

/** One failure, in words. */
export interface InventoryFleetFailure {
  readonly deviceId: string;
  readonly operation: string;
  readonly status: number | undefined;
  readonly text: string;
}

/** What a fleet did; every count is of things that really happened on the wire. */
export interface InventoryFleetSummary {
  /** Agents that started. */
  agents: number;
  /** Runs that were gone through, however they ended. */
  runs: number;
  /** Registrations, and renewals of them. */
  registrations: number;
  /** Runs whose first message got an answer that lets the agent go on. */
  contacts: number;
  /** Whole inventories that were taken. */
  full: number;
  /** Partial inventories that were taken. */
  partial: number;
  /** Looks for an answer that was pending. */
  polls: number;
  /** Configurations of tasks that were read. */
  configs: number;
  /** Bytes of the inventories, plain and as sent. */
  plainBytes: number;
  sentBytes: number;
  /** Everything that failed. */
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

const KEPT_FAILURES = 10;

/** Summary of a fleet that has done nothing. */
export const newInventoryFleetSummary = (): InventoryFleetSummary => ({
  agents: 0,
  runs: 0,
  registrations: 0,
  contacts: 0,
  full: 0,
  partial: 0,
  polls: 0,
  configs: 0,
  plainBytes: 0,
  sentBytes: 0,
  failures: 0,
  firstFailures: [],
  serverErrors: 0,
  aborted: false,
  durationMs: 0,
});

/** Counts one failure. */
export function countInventoryFailure(
  summary: Pick<InventoryFleetSummary, "failures" | "firstFailures">,
  deviceId: string,
  error: unknown,
): void {
  summary.failures += 1;
  if (summary.firstFailures.length >= KEPT_FAILURES) return;
  const known = error instanceof InventoryAgentError ? error : undefined;
  const text = error instanceof Error ? error.message : String(error);
  summary.firstFailures.push({ deviceId, operation: known?.operation ?? "simulator", status: known?.status, text });
}

/** Counts one run. */
export function countInventoryRun(summary: InventoryFleetSummary, run: InventoryRun): void {
  summary.runs += 1;
  summary.registrations += run.registered ? 1 : 0;
  summary.contacts += run.contacted ? 1 : 0;
  summary.full += run.inventory === "full" ? 1 : 0;
  summary.partial += run.inventory === "partial" ? 1 : 0;
  summary.polls += run.polls;
  summary.configs += run.configs;
  summary.plainBytes += run.bytes.plain;
  summary.sentBytes += run.bytes.sent;
  for (const error of run.errors) countInventoryFailure(summary, run.deviceId, error);
}
