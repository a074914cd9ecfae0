import type { Outcome } from "./apply.js";
import { type Catalog, referenceOf } from "./catalog.js";
import type { PuppetAgentError } from "./errors.js";
import { rubyTime } from "./facts.js";
import { mannersOf, type PuppetVersion } from "./version.js";

/** What a run was. */
export interface ReportInput {
  readonly certname: string;
  readonly version: PuppetVersion;
  readonly server: string;
  readonly environment: string;
  readonly transactionUuid: string;
  readonly noop: boolean;
  readonly started: Date;
  readonly ended: Date;
  /** Undefined when there was none to apply. */
  readonly catalog: Catalog | undefined;
  readonly outcomes: readonly Outcome[];
  readonly errors: readonly PuppetAgentError[];
}

export type RunStatus = "failed" | "changed" | "unchanged";

/** How agents sum up a run. */
export function statusOf({ catalog, outcomes }: Pick<ReportInput, "catalog" | "outcomes">): RunStatus {
  if (catalog === undefined || outcomes.some(({ status }) => status === "failed")) return "failed";
  return outcomes.some(({ status }) => status === "changed") ? "changed" : "unchanged";
}

/** A report of format 12, with its keys in the order of the recorded ones. */
export function reportOf(input: ReportInput): Readonly<Record<string, unknown>> {
  const { certname, version, environment, noop, started, ended, catalog, outcomes, errors } = input;
  const time = rubyTime(ended);
  const log = (level: string, message: string, source: string) => ({
    level,
    message,
    source,
    tags: [level],
    time,
    file: null,
    line: null,
  });
  const listed = outcomes.filter(({ status }) => status !== "unchanged" || mannersOf(version).unchangedResources);
  return {
    host: certname,
    time: rubyTime(started),
    configuration_version: catalog?.version ?? null,
    transaction_uuid: input.transactionUuid,
    report_format: 12,
    puppet_version: version,
    status: statusOf(input),
    transaction_completed: catalog !== undefined,
    noop,
    noop_pending: outcomes.some(({ status }) => status === "noop"),
    environment,
    logs: [
      log("info", `Using environment '${environment}'`, "Puppet"),
      ...errors.map(({ message }) => log("err", message, "Puppet")),
      ...(catalog === undefined ? [] : [log("notice", `Applied catalog in ${seconds(input)} seconds`, "Puppet")]),
    ],
    metrics: catalog === undefined ? {} : metricsOf(input),
    resource_statuses: Object.fromEntries(listed.map((one) => [referenceOf(one.resource), resourceStatus(one, time)])),
    corrective_change: false,
    server_used: input.server,
    ...(catalog?.catalog_uuid === undefined ? {} : { catalog_uuid: catalog.catalog_uuid }),
    ...(catalog?.code_id == null ? {} : { code_id: catalog.code_id }),
    cached_catalog_status: "not_used",
  };
}

const seconds = ({ started, ended }: ReportInput): number => (ended.getTime() - started.getTime()) / 1000;

function metricsOf(input: ReportInput) {
  const { outcomes } = input;
  const count = (...wanted: Outcome["status"][]) => outcomes.filter(({ status }) => wanted.includes(status)).length;
  const metric = (name: string, label: string, values: Readonly<Record<string, number>>) => ({
    name,
    label,
    values: Object.entries(values).map(([key, value]) => [key, capitalised(key), value]),
  });
  return {
    resources: metric("resources", "Resources", {
      changed: count("changed"),
      corrective_change: 0,
      failed: count("failed"),
      failed_to_restart: 0,
      out_of_sync: count("changed", "failed", "noop"),
      restarted: 0,
      scheduled: 0,
      skipped: count("skipped"),
      total: outcomes.length,
    }),
    time: metric("time", "Time", { catalog_application: seconds(input), total: seconds(input) }),
    changes: metric("changes", "Changes", { total: count("changed") }),
    events: metric("events", "Events", {
      failure: count("failed"),
      noop: count("noop"),
      success: count("changed"),
      total: count("changed", "failed", "noop"),
    }),
  };
}

const capitalised = (name: string): string => {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const EVENT = { changed: "success", failed: "failure", noop: "noop" } as const;

function resourceStatus({ resource, status, error }: Outcome, time: string) {
  const outOfSync = status === "changed" || status === "failed" || status === "noop";
  return {
    title: resource.title,
    file: resource.file ?? null,
    line: resource.line ?? null,
    resource: referenceOf(resource),
    resource_type: resource.type,
    provider_used: null,
    containment_path: ["Stage[main]", referenceOf(resource)],
    evaluation_time: 0.001,
    tags: resource.tags ?? [],
    time,
    failed: status === "failed",
    failed_to_restart: false,
    changed: status === "changed",
    out_of_sync: outOfSync,
    skipped: status === "skipped",
    change_count: status === "changed" ? 1 : 0,
    out_of_sync_count: outOfSync ? 1 : 0,
    events: outOfSync ? [eventOf(resource.type, EVENT[status], error?.message, time)] : [],
    corrective_change: false,
  };
}

function eventOf(type: string, status: "success" | "failure" | "noop", error: string | undefined, time: string) {
  const property = type === "Notify" ? "message" : type === "Exec" ? "returns" : "ensure";
  return {
    audited: false,
    property,
    previous_value: "absent",
    desired_value: "present",
    historical_value: null,
    message:
      error ?? (status === "noop" ? "current_value 'absent', should be 'present' (noop)" : "changed by the simulation"),
    name: `${property}_changed`,
    status,
    time,
    redacted: null,
    corrective_change: false,
  };
}
