import type { ReportBody } from "../wire/report.js";
import { isObject, type Json, leafOf, objectIn, own, stated, textOf } from "./values.js";

const OF_REPORT = [
  "NodeName",
  "IpAddress",
  "LCMVersion",
  "ReportFormatVersion",
  "ConfigurationVersion",
  "RefreshMode",
  "RebootRequested",
  "StartTime",
  "EndTime",
] as const;
const OF_STATUS = ["HostName", "NumberOfResources", "DurationInSeconds", "MetaData"] as const;
const OF_META_CONFIGURATION = ["ConfigurationMode", "LCMState"] as const;
const OF_ADDITIONAL = new Set(["OSVersion", "PSVersion"]);
/** Properties of one OSVersion; a recorded one has three. */
const MOST_PROPERTIES = 20;

/** The protocol's own small fields under their names on the wire, each bounded; what a report leaves out is not there. */
export function attributesSaid(body: ReportBody, status: Json | undefined): Record<string, unknown> {
  const meta = metaConfigurationOf(status);
  const from = (source: Json | undefined, names: readonly string[]) =>
    names.map((name): [string, unknown] => [name, source && leafOf(own(source, name))]);
  return stated<Record<string, unknown>>(
    Object.fromEntries([
      ...from({ ...body }, OF_REPORT),
      ...from(status, OF_STATUS),
      ...from(meta, OF_META_CONFIGURATION),
      ...additionalOf(body),
    ]),
  );
}

/** The LCM's own configuration within a decoded StatusData. */
export function metaConfigurationOf(status: Json | undefined): Json | undefined {
  const meta = status && own(status, "MetaConfiguration");
  return isObject(meta) ? meta : undefined;
}

function additionalOf({ AdditionalData }: ReportBody): [string, unknown][] {
  return (AdditionalData ?? []).filter(isObject).flatMap((item): [string, unknown][] => {
    const key = own(item, "Key");
    return typeof key === "string" && OF_ADDITIONAL.has(key) ? [[key, versionOf(own(item, "Value"))]] : [];
  });
}

/** A version's scalars when it is JSON, else its text. */
function versionOf(value: unknown): unknown {
  const text = textOf(value);
  const decoded = isObject(value) ? value : text === undefined ? undefined : objectIn(text);
  if (decoded === undefined) return text;
  const entries = Object.entries(decoded).slice(0, MOST_PROPERTIES);
  return stated<Record<string, unknown>>(
    Object.fromEntries(entries.map(([name, leaf]) => [name.slice(0, 255), leafOf(leaf)])),
  );
}
