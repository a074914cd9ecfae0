import type { RunSaid } from "@gatehouse/core/reports";
import type { ReportFact } from "@gatehouse/core/submissions";
import type { Coding } from "../wire/decode.js";
import { logsSaid, type SaidLogs } from "./logs.js";
import { figuresOf } from "./metrics.js";
import { readReport, type SaidReport } from "./read-report.js";
import { resourcesSaid } from "./resources.js";
import { flagOf, own, stated, textOf } from "./values.js";

/** A run of more than this many seconds (100 days) did not last as long. */
const LONGEST_RUN = 8_640_000;

/** What a report says of itself in a text or a figure, and whether. */
const TEXTS = [
  ...["environment", "configuration_version", "puppet_version", "report_format", "catalog_uuid", "code_id", "job_id"],
  ...["cached_catalog_status", "server_used", "master_used"],
] as const;
const FLAGS = ["noop", "noop_pending", "corrective_change", "transaction_completed"] as const;

/**
 * What a report says of its run; one run is one report.
 * @throws request-malformed for what `readReport` refuses
 */
export function reportFact(body: Uint8Array, coding: Coding): ReportFact {
  const report = readReport(body, coding);
  // Agents have always sent one; a report without it is its own run.
  const run = textOf(own(report.all, "transaction_uuid"), 255) ?? report.time.toISOString();
  return { fact: "report", protocol: "puppet", run, said: saidOf(report) };
}

function saidOf(report: SaidReport): RunSaid {
  const { all, time, metrics } = report;
  const logs = logsSaid(report.logs);
  const status = own(all, "status");
  const { events, counts } = resourcesSaid(report.resources, figuresOf(metrics, "resources")?.["total"]);
  return {
    operation: own(all, "noop") === true ? "noop" : "apply",
    startedAt: time,
    endedAt: endOf(report, logs),
    ...stated<RunSaid>({
      outcome: status === "failed" ? "failure" : status === "changed" || status === "unchanged" ? "success" : undefined,
      // Facter complains at this level of what is no fault of the run (p7-04): only a failed one has errors.
      errors: status === "failed" && logs.wrong.length > 0 ? logs.wrong : undefined,
    }),
    events,
    counts,
    attributes: attributesOf(report, logs),
  };
}

function endOf({ time, metrics }: SaidReport, { lastAt }: SaidLogs): Date {
  const seconds = figuresOf(metrics, "time")?.["total"] ?? -1;
  if (seconds >= 0 && seconds <= LONGEST_RUN) return new Date(time.getTime() + Math.round(seconds * 1000));
  return lastAt !== undefined && lastAt > time ? lastAt : time;
}

function attributesOf({ all, metrics }: SaidReport, { levels, words }: SaidLogs): RunSaid["attributes"] & object {
  return stated({
    ...Object.fromEntries(TEXTS.map((name) => [name, textOf(own(all, name))])),
    ...Object.fromEntries(FLAGS.map((name) => [name, flagOf(own(all, name))])),
    changes: figuresOf(metrics, "changes")?.["total"],
    ...Object.fromEntries(["events", "resources", "time"].map((group) => [group, figuresOf(metrics, group)])),
    logs: Object.keys(levels).length === 0 ? undefined : levels,
    warnings: words.length === 0 ? undefined : words,
  });
}
