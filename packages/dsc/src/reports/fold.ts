import type { ReportView } from "@gatehouse/core/reports";
import { parseReport } from "../wire/parse.js";
import type { Leaf, ReportBody } from "../wire/report.js";
import { isObject, own, textsOf } from "./values.js";

const SCALARS = [
  "JobId",
  "OperationType",
  "RefreshMode",
  "Status",
  "ReportFormatVersion",
  "ConfigurationVersion",
  "StartTime",
  "EndTime",
  "RebootRequested",
  "NodeName",
  "IpAddress",
  "LCMVersion",
] as const;
type Scalar = (typeof SCALARS)[number];

/** One run as the protocol shows it: as MS-DSCPM's StatusReport, with the times and the JSON in texts as sent. */
export interface WireReport extends Readonly<Record<Scalar, Leaf>> {
  readonly LastModifiedTime: string;
  readonly Errors: readonly string[];
  readonly StatusData: readonly string[];
  readonly AdditionalData: readonly { readonly Key: string; readonly Value: unknown }[];
}

/** What the store knows of a run beside its bytes. */
export type KnownRun = Pick<ReportView, "run" | "operation" | "outcome" | "attributes" | "lastAt">;

/**
 * One run out of all that was sent of it. Field by field, a later value replaces, and what is missing, null or empty
 * erases nothing: the end report of a failed run says `Errors: []`, and leaves out the node's name (wmf5-iis-01 #12).
 * Errors are those of all reports, each once; AdditionalData goes by its keys; the JobId stays as it was first written.
 * @param bodies as they came, in the order of acceptance; where retention dropped some, `report` fills in what it knows
 */
export function foldReport(bodies: readonly Uint8Array[], report: KnownRun): WireReport {
  const scalars = new Map<Scalar, Leaf>();
  const errors = new Set<string>();
  const additional = new Map<string, unknown>();
  let statusData: readonly string[] = [];
  for (const body of bodies.map((bytes) => parseReport(bytes))) {
    for (const name of SCALARS) {
      const value = clean(body[name]);
      const written = name === "JobId" && scalars.has(name);
      if (!isEmpty(value) && !written) scalars.set(name, value);
    }
    for (const error of textsOf(body.Errors)) errors.add(clean(error));
    const status = textsOf(body.StatusData).map(clean);
    if (status.length > 0) statusData = status;
    for (const [key, value] of additionalOf(body)) if (!isEmpty(value)) additional.set(key, value);
  }
  const get = (name: Scalar) => scalars.get(name) ?? remembered(report, name);
  return {
    JobId: get("JobId"),
    OperationType: get("OperationType"),
    RefreshMode: get("RefreshMode"),
    Status: get("Status"),
    ReportFormatVersion: get("ReportFormatVersion"),
    ConfigurationVersion: get("ConfigurationVersion"),
    StartTime: get("StartTime"),
    EndTime: get("EndTime"),
    LastModifiedTime: report.lastAt.toISOString(),
    RebootRequested: get("RebootRequested"),
    Errors: [...errors],
    StatusData: statusData,
    AdditionalData: [...additional].map(([Key, Value]) => ({ Key, Value })),
    NodeName: get("NodeName"),
    IpAddress: get("IpAddress"),
    LCMVersion: get("LCMVersion"),
  };
}

function additionalOf({ AdditionalData }: ReportBody): [string, unknown][] {
  return (AdditionalData ?? []).filter(isObject).flatMap((item): [string, unknown][] => {
    const key = own(item, "Key");
    return typeof key === "string" ? [[clean(key), clean(own(item, "Value"))]] : [];
  });
}

/** What the report itself still knows of a field. */
function remembered(report: KnownRun, name: Scalar): Leaf {
  if (name === "JobId") return report.run;
  if (name === "OperationType") return report.operation;
  if (name === "Status") return report.outcome === null ? null : report.outcome === "success" ? "Success" : "Failure";
  const value = own(report.attributes, name);
  return typeof value === "string" || typeof value === "boolean" || typeof value === "number" ? value : null;
}

/** U+0000 and halves of surrogate pairs are no text to anybody who reads it. */
function clean<T>(value: T): T {
  return typeof value === "string" ? (value.replaceAll("\0", "").toWellFormed() as T & string) : value;
}

const isEmpty = (value: unknown) => value === undefined || value === null || value === "";
