import { isIP, isIPv4, isIPv6 } from "node:net";
import { Ajv, type ValidateFunction } from "ajv";
import { contentSchema } from "./json-schema.js";

/** A place of the content that does not fit its schema. */
export interface Misfit {
  /** Names and indices on the way. */
  readonly path: readonly string[];
  /** What does not fit there: a field that an entry must have, or the value itself. */
  readonly missing: string | undefined;
  readonly why: string;
}

let validate: ValidateFunction | undefined;

/** Compiled at the first message: whoever only loads this module, to find who an agent is, pays nothing. */
function compiled(): ValidateFunction {
  if (validate !== undefined) return validate;
  const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true, messages: true });
  ajv.addFormat("ipv4", isIPv4).addFormat("ipv6", isIPv6);
  ajv.addFormat("ip", (address: string) => isIP(address) !== 0);
  validate = ajv.compile(contentSchema);
  return validate;
}

/** What of an inventory's content does not fit our schema; empty where all does. */
export function misfitsIn(content: unknown): Misfit[] {
  const check = compiled();
  if (check(content)) return [];
  return (check.errors ?? []).map(({ instancePath, keyword, params, message }) => ({
    path: instancePath
      .split("/")
      .slice(1)
      .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~")),
    missing: keyword === "required" ? String(params["missingProperty"]) : undefined,
    why: keyword === "format" ? `it is no ${params["format"]} address` : (message ?? keyword),
  }));
}
