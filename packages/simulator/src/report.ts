import type { AppliedConfiguration } from "./applied-configuration.js";
import type { Flavour } from "./flavour.js";
import type { Host } from "./host.js";
import { linuxEnd, linuxStart } from "./report-linux.js";
import { wmfEnd, wmfError, wmfStart } from "./report-wmf.js";

/** Everything a report of one job is made from. */
export interface ReportInput {
  readonly flavour: Flavour;
  readonly agentId: string;
  readonly serverUrl: string;
  readonly configurationNames: readonly string[];
  readonly host: Host;
  /** GUID of the run, the same in all its reports. */
  readonly jobId: string;
  readonly operationType: "Initial" | "Consistency";
  readonly start: Date;
  readonly end: Date;
  /** Configurations in force, several with partials. */
  readonly applied: readonly AppliedConfiguration[];
  /** What went wrong, in plain words; empty after success. */
  readonly errors: readonly string[];
}

/** A report as it goes into SendReport, properties in the order they are sent. */
export type Report = Readonly<Record<string, unknown>>;

/**
 * @param input the job; `end`, `applied` and `errors` are not looked at
 * @returns the report sent before the action is asked for
 * @see MS-DSCPM, SendReport
 */
export function startReport(input: ReportInput): Report {
  return input.flavour === "linux" ? linuxStart(input) : wmfStart(input);
}

/**
 * @param input the finished job
 * @returns what is sent afterwards, in order: WMF sends the errors in a report of their own and an end report with an
 *   empty Errors even after a failure, DSC for Linux one end report
 */
export function endReports(input: ReportInput): Report[] {
  if (input.flavour === "linux") {
    return [linuxEnd(input)];
  }
  return input.errors.length === 0 ? [wmfEnd(input)] : [wmfError(input), wmfEnd(input)];
}
