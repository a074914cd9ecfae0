import { isIP, isIPv4, isIPv6 } from "node:net";
import { ownTurn } from "@gatehouse/core/clock";
import { Ajv, type ValidateFunction } from "ajv";
import { schemaOf } from "./json-schema.js";
import { sections } from "./sections.js";

/** A place of the content that does not fit its schema. */
export interface Misfit {
  /** Names and indices on the way, the section's first. */
  readonly path: readonly string[];
  /** What does not fit there: a field that an entry must have, or the value itself. */
  readonly missing: string | undefined;
  readonly why: string;
}

let ajv: Ajv | undefined;
const checks = new Map<string, ValidateFunction>();

/** Compiled when a section comes first: whoever only loads this module, to find who an agent is, pays nothing. */
function checkOf(section: string): ValidateFunction | undefined {
  const known = checks.get(section);
  const model = sections.get(section);
  if (known !== undefined || model === undefined) return known;
  // Ajv's own optimizing takes half of the time and of the memory here, and V8 does the same to what is called often.
  ajv ??= new Ajv({ strict: true, allowUnionTypes: true, allErrors: true, code: { optimize: false } })
    .addFormat("ipv4", isIPv4)
    .addFormat("ipv6", isIPv6)
    .addFormat("ip", (address: string) => isIP(address) !== 0);
  const check = ajv.compile(schemaOf(model));
  checks.set(section, check);
  return check;
}

/** Compiles the checks of all sections, a section in a turn of the event loop: else the first agents wait for them. */
export async function compileChecks(): Promise<void> {
  for (const section of sections.keys()) {
    await ownTurn();
    checkOf(section);
  }
}

/** What of a section's content does not fit our schema; empty where all does, and for sections that it has not. */
export function misfitsIn(section: string, content: unknown): Misfit[] {
  const check = checkOf(section);
  if (check === undefined || check(content)) return [];
  return (check.errors ?? []).map(({ instancePath, keyword, params, message }) => ({
    path: [section, ...instancePath.split("/").slice(1).map(unescaped)],
    missing: keyword === "required" ? String(params["missingProperty"]) : undefined,
    why: keyword === "format" ? `it is no ${params["format"]} address` : (message ?? keyword),
  }));
}

/** A part of a JSON pointer. */
const unescaped = (part: string): string => part.replaceAll("~1", "/").replaceAll("~0", "~");
