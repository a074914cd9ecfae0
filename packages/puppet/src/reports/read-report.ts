import { GatehouseError } from "@gatehouse/core/errors";
import { type Coding, decode } from "../wire/decode.js";
import { isObject, type Json, own, parseTime } from "./values.js";

/** A recorded resource has 50 values, and one of a thousand resources is a large report. */
export const REPORT_LIMITS = { levels: 64, values: 2_000_000 };

/** A report that has what every one has, from format 4 on (wire/puppet.md section 3.8). Its values are an agent's. */
export interface SaidReport {
  readonly host: string;
  /** When the run began, by the node's clock. */
  readonly time: Date;
  readonly logs: readonly Json[];
  /** By their groups. */
  readonly metrics: Json;
  readonly resources: readonly Json[];
  readonly all: Json;
}

/**
 * @throws request-malformed for what is no report: nothing else of it is refused, for an agent never sends one again
 */
export function readReport(body: Uint8Array, coding: Coding): SaidReport {
  const all = decode(body, coding, REPORT_LIMITS);
  const refuse = (why: string) =>
    new GatehouseError("request-malformed", `Could not intern from ${coding}: a report ${why}`);
  if (!isObject(all)) throw refuse("is an object");
  const host = own(all, "host");
  if (typeof host !== "string" || host === "") throw refuse("names its host");
  const time = parseTime(own(all, "time"));
  if (time === undefined) throw refuse("says its time, as a date");
  const logs = own(all, "logs") ?? [];
  const metrics = own(all, "metrics") ?? {};
  const statuses = own(all, "resource_statuses") ?? {};
  if (!Array.isArray(logs)) throw refuse("has a list of logs");
  if (!isObject(metrics)) throw refuse("has metrics by their names");
  if (!isObject(statuses)) throw refuse("has resource_statuses by their resources");
  return { host, time, logs: logs.filter(isObject), metrics, resources: Object.values(statuses).filter(isObject), all };
}
