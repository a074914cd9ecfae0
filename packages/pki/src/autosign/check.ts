import path from "node:path";
import { GatehouseError } from "@gatehouse/core/errors";
import type { OidNames } from "../oids.js";
import { isNamePattern } from "./patterns.js";
import type { AutosignPolicy, AutosignRule } from "./policy.js";

const keysOf: Readonly<Record<AutosignRule["kind"], readonly string[]>> = {
  all: [],
  name: ["certname"],
  glob: ["pattern"],
  token: ["id", "sha256", "uses", "expiresAt", "readmit", "names"],
  extension: ["extension", "value", "names"],
  executable: ["path", "timeoutSeconds", "names"],
};

type Fields = Readonly<Record<string, unknown>>;

/**
 * A policy out of what an operator wrote. A rule that is not understood must not be passed over: the one after it may
 * sign what this one was meant to narrow (autosign#42 was a policy that silently matched nothing).
 * @throws config-invalid, naming the rule and what is wrong with it
 */
export function checkAutosignPolicy(value: unknown, oids: OidNames): AutosignPolicy {
  const rules = isFields(value) && Object.keys(value).every((key) => key === "rules") ? value["rules"] : undefined;
  if (!Array.isArray(rules)) throw invalid("the policy", "must have a list of rules and nothing else");
  const seen = new Set<string>();
  for (const [index, rule] of (rules as unknown[]).entries()) {
    const problem = isFields(rule) ? problemOf(rule, oids) : "must have a name and a kind";
    if (problem !== undefined) throw invalid(`rule ${index + 1}`, problem);
    const { name, id } = rule as { name: string; id?: string };
    for (const key of [`name ${name}`, ...(id === undefined ? [] : [`id ${id}`])]) {
      if (seen.has(key)) throw invalid(`rule ${index + 1}`, `has the ${key}, which is there already`);
      seen.add(key);
    }
  }
  return { rules: rules as AutosignRule[] };
}

const invalid = (what: string, problem: string) =>
  new GatehouseError("config-invalid", `The autosign policy is not understood: ${what} ${problem}.`);

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string" && value !== "" && value.length <= 1000;
const isCount = (value: unknown): boolean => typeof value === "number" && Number.isSafeInteger(value) && value >= 1;

function problemOf(rule: Fields, oids: OidNames): string | undefined {
  const { name, kind } = rule;
  if (!isText(name)) return "needs a name";
  if (typeof kind !== "string" || !Object.hasOwn(keysOf, kind)) return "is of an unknown kind";
  const known = keysOf[kind as AutosignRule["kind"]];
  const unknown = Object.keys(rule).find((key) => key !== "name" && key !== "kind" && !known.includes(key));
  if (unknown !== undefined) return `has an unknown key ${unknown}`;
  const { names = ["*"] } = rule;
  if (!Array.isArray(names) || names.length === 0 || !names.every((each) => isText(each) && isNamePattern(each))) {
    return "needs names such as web01.example.org or *.example.org in names";
  }
  return ofKind[kind as AutosignRule["kind"]](rule, oids);
}

const ofKind: Readonly<Record<AutosignRule["kind"], (rule: Fields, oids: OidNames) => string | undefined>> = {
  all: () => undefined,
  name: ({ certname }) =>
    isText(certname) && !certname.includes("*") ? undefined : "needs a certname without asterisks",
  glob: ({ pattern }) =>
    isText(pattern) && pattern.startsWith("*.") && isNamePattern(pattern)
      ? undefined
      : "needs a pattern such as *.example.org",
  token: ({ id, sha256, uses = 1, expiresAt, readmit = false }) => {
    if (!isText(id)) return "needs an id";
    if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/i.test(sha256)) return "needs the SHA-256 of its secret, in hex";
    if (uses !== null && !isCount(uses)) return "needs a number of uses from 1, or null";
    if (expiresAt !== undefined && (typeof expiresAt !== "string" || Number.isNaN(Date.parse(expiresAt)))) {
      return "needs a date in expiresAt";
    }
    return typeof readmit === "boolean" ? undefined : "needs true or false in readmit";
  },
  extension: ({ extension, value }, oids) => {
    if (!isText(extension) || oids.oidOf(extension) === undefined)
      return "needs the name or OID of an extension of Puppet's";
    return isText(value) ? undefined : "needs a value";
  },
  executable: ({ path: program, timeoutSeconds = 1 }) => {
    if (!isText(program) || !path.isAbsolute(program)) return "needs an absolute path";
    return isCount(timeoutSeconds) && (timeoutSeconds as number) <= 300
      ? undefined
      : "needs a timeoutSeconds from 1 to 300";
  },
};
