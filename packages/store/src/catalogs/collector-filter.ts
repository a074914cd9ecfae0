import type { CollectorFilter } from "@gatehouse/core/catalogs";
import type { GatehouseError } from "@gatehouse/core/errors";
import { cleanJson, cleanText } from "../clean.js";
import { excerpt, malformed } from "../puppetdb/refusal.js";
import { refuseNesting } from "./nesting.js";

const DEEPEST = 200;
const MOST_CONDITIONS = 1_000;

/** Puppet compares texts without regard to the case of ASCII letters. */
const folded = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const FOLD = (sql: string) => `lower(${sql} collate "C")`;

/**
 * A collector's filter as a condition on `exported_resources e`, with what Puppet means by it: `tag` has any of the
 * values, a parameter that is a list has the value in it or is the same list, texts are the same whatever their case.
 * Sensitive parameters equal nothing.
 * @param values gets what the condition's placeholders stand for
 * @throws request-malformed for what is no filter
 */
export function conditionOf(filter: CollectorFilter, values: unknown[]): string {
  refuseNesting(filter, 2 * DEEPEST, "A collector's filter");
  const parameter = (value: unknown) => `$${values.push(value)}`;
  let conditions = 0;

  const build = (node: unknown, depth: number): string => {
    if (depth > DEEPEST) throw malformed(`A collector's filter nests at most ${DEEPEST} deep.`);
    if (++conditions > MOST_CONDITIONS) throw malformed(`A collector's filter has at most ${MOST_CONDITIONS} parts.`);
    if (!Array.isArray(node) || node.length !== 3) throw noFilter(node);
    const [left, operator, right] = node as [unknown, unknown, unknown];
    if (operator === "and" || operator === "or")
      return `(${build(left, depth + 1)} ${operator} ${build(right, depth + 1)})`;
    if (typeof left !== "string" || (operator !== "==" && operator !== "!=") || right === undefined)
      throw noFilter(node);
    if (left === "tag") return `${operator === "!=" ? "not " : ""}(e.tags && ${parameter(tagsOf(right))}::text[])`;
    const value = cleanJson(right);
    if (left === "title") return titleIs(operator, value, parameter);
    return parameterIs(`e.parameters -> ${parameter(cleanText(left))}::text`, operator, value, parameter);
  };
  return build(filter, 1);
}

type Parameter = (value: unknown) => string;

function titleIs(operator: "==" | "!=", value: unknown, parameter: Parameter): string {
  if (typeof value !== "string") return operator === "==" ? "false" : "true";
  return `${FOLD("e.title")} ${operator === "==" ? "=" : "<>"} ${parameter(folded(value))}::text`;
}

function parameterIs(at: string, operator: "==" | "!=", value: unknown, parameter: Parameter): string {
  // What was not given is undef.
  const there = `coalesce(${at}, 'null')`;
  const same = `${FOLD(`(${there})::text`)}::jsonb`;
  const wanted = `${parameter(folded(JSON.stringify(value)))}::jsonb`;
  if (operator === "!=") return `${same} <> ${wanted}`;
  const inList = `exists (select from jsonb_array_elements(${same}) as item where item = ${wanted})`;
  return `(${same} = ${wanted} or case when jsonb_typeof(${there}) = 'array' then ${inList} else false end)`;
}

/** @throws request-malformed, as Puppet refuses it */
function tagsOf(value: unknown): string[] {
  const tags = Array.isArray(value) ? value : [value];
  return tags.map((tag) => {
    if (typeof tag !== "string" && typeof tag !== "boolean")
      throw malformed(`A tag is a text: ${JSON.stringify(tag)} is none.`);
    return cleanText(String(tag)).toLowerCase();
  });
}

function noFilter(node: unknown): GatehouseError {
  return malformed(`No filter of a collector: ${excerpt(node)}`);
}
