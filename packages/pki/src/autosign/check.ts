import path from "node:path";
import {
  type AutosignPolicy,
  type AutosignRule,
  autosignProfiles,
  autosignRuleSchemas,
} from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import type { OidNames } from "../oids.js";
import { isNamePattern } from "./patterns.js";

type Fields = Readonly<Record<string, unknown>>;

/**
 * A policy out of what an operator wrote. A rule that is not understood must not be passed over: the one after it may
 * sign what this one was meant to narrow (autosign#42 was a policy that silently matched nothing). What this takes, the
 * schema of the rule's kind takes; it also knows what no schema can say.
 * @throws config-invalid, naming the rule and what is wrong with it
 */
export function checkAutosignPolicy(value: unknown, oids: OidNames): AutosignPolicy {
  const rules = isFields(value) && Object.keys(value).every((key) => key === "rules") ? value["rules"] : undefined;
  if (!Array.isArray(rules)) throw invalid("the policy", "must have a list of rules and nothing else");
  const seen = new Set<string>();
  for (const [index, rule] of (rules as unknown[]).entries()) {
    const problem = isFields(rule) ? problemOf(rule, oids) : "must have a name and a kind";
    if (problem !== undefined) throw invalid(`rule ${index + 1}`, problem);
    const { name } = rule as AutosignRule;
    if (seen.has(name)) throw invalid(`rule ${index + 1}`, `has the name ${name}, which is there already`);
    seen.add(name);
  }
  return { rules: rules as AutosignRule[] };
}

const invalid = (what: string, problem: string) =>
  new GatehouseError("config-invalid", `The autosign policy is not understood: ${what} ${problem}.`);

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown, most: number): value is string =>
  typeof value === "string" && value !== "" && [...value].length <= most;
const isPattern = (value: unknown): value is string => isText(value, 255) && isNamePattern(value);
const isIn = (value: unknown, list: readonly unknown[]) => list.includes(value);
const TIME = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
/** As RFC 3339 has it: other forms mean another time to each who reads them. */
function isTime(value: unknown): boolean {
  const [, day] = (isText(value, 40) && TIME.exec(value)) || [];
  if (day === undefined) return false;
  const midnight = new Date(`${day}T00:00:00Z`);
  // JavaScript takes the 30th of February for a day in March.
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}

function problemOf(rule: Fields, oids: OidNames): string | undefined {
  const { name, kind, profile = "puppet" } = rule;
  if (!isText(name, 100)) return "needs a name of up to 100 characters";
  if (typeof kind !== "string" || !Object.hasOwn(autosignRuleSchemas, kind)) return "is of an unknown kind";
  const { properties } = autosignRuleSchemas[kind as AutosignRule["kind"]];
  const unknown = Object.keys(rule).find((key) => !Object.hasOwn(properties, key));
  if (unknown !== undefined) return `has an unknown key ${unknown}`;
  if (!isIn(profile, autosignProfiles)) return `needs a profile of ${autosignProfiles.join(" or ")}`;
  const { names = ["*"] } = rule;
  if (!Array.isArray(names) || names.length === 0 || names.length > 1000 || !names.every(isPattern)) {
    return "needs names such as web01.example.org or *.example.org in names";
  }
  return ofKind[kind as AutosignRule["kind"]](rule, oids);
}

const ofKind: Readonly<Record<AutosignRule["kind"], (rule: Fields, oids: OidNames) => string | undefined>> = {
  all: () => undefined,
  name: ({ certname }) =>
    isText(certname, 255) && !certname.includes("*") ? undefined : "needs a certname without asterisks",
  glob: ({ pattern }) =>
    isPattern(pattern) && pattern.startsWith("*.") ? undefined : "needs a pattern such as *.example.org",
  token: ({ sha256, uses = 1, expiresAt, readmit = false }) => {
    if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256)) {
      return "needs the SHA-256 of its secret, in lower-case hex";
    }
    if (uses !== null && !(Number.isSafeInteger(uses) && (uses as number) >= 1)) {
      return "needs a number of uses from 1, or null";
    }
    if (expiresAt !== undefined && !isTime(expiresAt)) {
      return "needs a time such as 2027-01-01T00:00:00Z in expiresAt";
    }
    return typeof readmit === "boolean" ? undefined : "needs true or false in readmit";
  },
  extension: ({ extension, value }, oids) => {
    if (!isText(extension, 255) || oids.oidOf(extension) === undefined)
      return "needs the name or OID of an extension of Puppet's";
    return isText(value, 1000) ? undefined : "needs a value";
  },
  executable: ({ path: program, timeoutSeconds = 1 }) => {
    if (!isText(program, 4096) || !path.isAbsolute(program)) return "needs an absolute path";
    return typeof timeoutSeconds === "number" && timeoutSeconds > 0 && timeoutSeconds <= 60
      ? undefined
      : "needs a timeoutSeconds above 0 and up to 60";
  },
};
