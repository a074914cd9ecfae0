import type { FactTree } from "@gatehouse/core/facts";
import type { FactsFact } from "@gatehouse/core/submissions";
import { isObject, type Json, own, stated, textOf } from "./values.js";

/**
 * What a report says of its node, out of the report's attributes: the versions that LCMs from 5.1 on send
 * (AdditionalData, wire/dsc.md section 4). Nothing where it has none: older LCMs, and the end reports of Linux.
 */
export function factsSaid(attributes: Json): FactsFact[] {
  const os = own(attributes, "OSVersion");
  const powershell = own(attributes, "PSVersion");
  const facts = stated<FactTree>({ os: osOf(os), powershell: versionIn(powershell, "PSVersion") });
  return Object.keys(facts).length === 0 ? [] : [{ fact: "facts", source: "dsc", facts }];
}

function osOf(said: unknown): FactTree | undefined {
  const name = textOf(isObject(said) ? own(said, "VersionString") : said);
  if (name === undefined) return undefined;
  const version = /\d+(?:\.\d+)+/.exec(name)?.[0];
  const platform = isObject(said) ? textOf(own(said, "Platform")) : undefined;
  return stated<FactTree>({ name, version, platform });
}

function versionIn(said: unknown, name: string): FactTree | undefined {
  const version = textOf(isObject(said) ? own(said, name) : said);
  return version === undefined ? undefined : { version };
}
