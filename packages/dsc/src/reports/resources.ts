import type { ReportEvent } from "@gatehouse/core/reports";
import { bounded, isObject, type Json, leafOf, MESSAGE_LENGTH, own, stated, textOf } from "./values.js";

/** Lines of one report: no configuration has as many resources. */
const MOST = 10_000;
/** Items of a list within a line, such as DependsOn. */
const MOST_ITEMS = 50;
/** Characters of all lines of a report. Beyond it they say only which resource came out how; the submission has it all. */
const MOST_TEXT = 4 << 20;
/** A resource that ran for longer than this many seconds (30 years) did not. */
const LONGEST_SECONDS = 1e9;

const DETAIL = [
  "ModuleName",
  "ModuleVersion",
  "ConfigurationName",
  "InstanceName",
  "SourceInfo",
  "StartDate",
  "RebootRequested",
  "DependsOn",
  "FinalState",
] as const;

/**
 * The resources' lines of a decoded StatusData. Those that are not as they should be come first: what is over the
 * limit is then a resource that is.
 * @returns undefined when the report has no list of resources: it does not speak of them
 */
export function eventsSaid(status: Json): ReportEvent[] | undefined {
  const items = (["noncompliant", "ok"] as const).flatMap((otherwise) => {
    const list = own(status, otherwise === "ok" ? "ResourcesInDesiredState" : "ResourcesNotInDesiredState");
    // PowerShell's ConvertTo-Json writes a list of one as the one.
    return (Array.isArray(list) ? list.slice(0, MOST) : [list]).filter(isObject).map((item) => ({ item, otherwise }));
  });
  if (items.length === 0) return undefined;
  let length = 0;
  return items.slice(0, MOST).map(({ item, otherwise }) => {
    const event = eventOf(item, otherwise);
    length += event.resource.length + (event.message?.length ?? 0) + JSON.stringify(event.detail).length;
    return length <= MOST_TEXT ? event : { ...event, message: event.message?.slice(0, 100) ?? null, detail: {} };
  });
}

function eventOf(item: Json, otherwise: "ok" | "noncompliant"): ReportEvent {
  const text = (name: string) => textOf(own(item, name));
  const message = textOf(own(item, "Error"), MESSAGE_LENGTH);
  const type = text("ResourceName");
  const seconds = Number(text("DurationInSeconds") ?? Number.NaN);
  return {
    resource: text("ResourceId") ?? `[${type ?? ""}]${text("InstanceName") ?? ""}`,
    type: type ?? null,
    status: message === undefined ? otherwise : "failed",
    message: message ?? null,
    // Whole milliseconds: a duration of 1e-50 seconds is none, and no database's.
    seconds: seconds >= 0 && seconds <= LONGEST_SECONDS ? Math.round(seconds * 1000) / 1000 : null,
    detail: stated(Object.fromEntries(DETAIL.map((name) => [name, detailOf(own(item, name))]))),
  };
}

function detailOf(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value
      .slice(0, MOST_ITEMS)
      .map(leafOf)
      .filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }
  return isObject(value) ? bounded(JSON.stringify(value)) : leafOf(value);
}
