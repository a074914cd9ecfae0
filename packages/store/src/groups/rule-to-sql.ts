import {
  type Comparison,
  type Field,
  fieldOf,
  foldsCase,
  foldText,
  isReference,
  type Rule,
  versionKey,
} from "@gatehouse/core/expression";
import { leadsFrom } from "../nodes/merged.js";
import { isUuid } from "../uuid.js";
import { keyConditions, wantedBy } from "./fact-key.js";

/** Makes a placeholder of a value. */
export type Placeholder = (value: unknown) => string;
/**
 * A checked rule as a condition on `nodes n`: true for the nodes that `compileRule` takes. It may be null for those
 * that it does not take. Every value goes as a parameter, paths too.
 * @param indexed the facts that are found by their keys
 */
export function ruleToSql(rule: Rule, value: Placeholder, indexed: readonly string[] = []): string {
  const toSql = (part: Rule) => ruleToSql(part, value, indexed);
  if ("and" in rule) return `(${rule.and.map(toSql).join(" and ")})`;
  if ("or" in rule) return `(${rule.or.map(toSql).join(" or ")})`;
  if ("not" in rule) return negated(toSql(rule.not));
  if ("everything" in rule) return "true";
  const absent = "exists" in rule && !rule.exists;
  return absent
    ? negated(comparisonToSql({ ...rule, exists: true }, value, indexed))
    : comparisonToSql(rule, value, indexed);
}

/** Null counts as false. What is never null stays a plain `not exists`: the planner can make a join of that. */
const negated = (sql: string) => (sql.startsWith("exists (") ? `not ${sql}` : `(${sql} is not true)`);
function comparisonToSql(comparison: Comparison, value: Placeholder, indexed: readonly string[]): string {
  const field = fieldOf(comparison);
  const text = (expression: string) => testText(comparison, field, expression, value);
  const json = (source: string, of: string) =>
    `exists (select from ${source} cross join lateral rule_values(${of}) as v (v)
             where OF_NODE and ${testJson(comparison, field, value)})`;
  const agents = (of: string) => json("agents a", of).replace("OF_NODE", "a.node_id = n.id");
  switch (field.of) {
    case "name":
      return text(folded("n.name"));
    case "state":
      return text("n.state");
    case "labels":
      return labelToSql(comparison, field.key, value) ?? text(`(n.labels ->> ${value(field.key)}::text)`);
    case "protocol":
      return `exists (select from agents a where a.node_id = n.id and ${text("a.family")})`;
    case "alias":
      return `exists (select from agents a join agent_aliases l on l.agent_id = a.id
                      where a.node_id = n.id and l.kind = ${value(field.key)}::text and ${text(folded("l.value"))})`;
    case "evidence":
      return `exists (select from node_evidence e
                      where e.node_id = n.id and e.kind = ${value(field.key)}::text and ${text("e.value")})`;
    case "agent.version":
      return agents("a.traits -> 'version'");
    case "tag":
      return agents("a.traits -> 'tags'");
    case "task.installed":
      return agents("a.traits -> 'installedTasks'");
    case "task.enabled":
      return agents("a.traits -> 'enabledTasks'");
    case "extension":
      return agents(`a.traits -> 'extensions' -> ${value(field.key)}::text`);
    case "reference":
      return referenceToSql(comparison, field, value);
    case "facts":
      return factToSql(comparison, field, value, indexed);
  }
}

function factToSql(
  comparison: Comparison,
  field: Extract<Field, { of: "facts" }>,
  value: Placeholder,
  indexed: readonly string[],
): string {
  const parts = field.path.map((part) => ` -> ${value(part)}::text`).join("");
  const looked = (where: string) =>
    `exists (select from facts f cross join lateral rule_values(f.facts${parts}) as v (v)
             where f.node_id = n.id${where} and ${testJson(comparison, field, value)})`;
  const path = field.path.join(".");
  if (!indexed.includes(path)) return looked("");
  const { sure, maybe } = keyConditions(comparison, value);
  const found = `${maybe} and ${looked(" and f.source = k.source")}`;
  return `exists (select from fact_keys k where k.node_id = n.id and k.path = ${value(path)}::text
                  and (${sure === undefined ? found : `${sure} or ${found}`}))`;
}

const folded = (expression: string) => `(rule_fold(${expression}) collate "C")`;

/** For the index on labels; labels are text. */
function labelToSql(comparison: Comparison, key: string, value: Placeholder): string | undefined {
  const label = "eq" in comparison && typeof comparison.eq !== "number" ? String(comparison.eq) : undefined;
  return label === undefined ? undefined : `n.labels @> ${value(JSON.stringify({ [key]: label }))}::jsonb`;
}

/** By index where whole names are asked for: groups list thousands of nodes. */
function referenceToSql(comparison: Comparison, field: Field, value: Placeholder): string {
  const wanted = wantedBy(comparison);
  if (wanted?.every((scalar) => typeof scalar !== "number")) {
    const names = wanted.map((scalar) => foldText(String(scalar)));
    const [all, ids, plain] = [value(names), value(names.filter(isUuid)), value(names.filter(isReference))];
    return `n.id in (select r.id from nodes r where ${folded("r.name")} = any(${plain}::text[])
              union all select r.id from nodes r where r.id = any(${ids}::uuid[])
              union all select r.id from nodes r where ${leadsFrom("r", ids)}
              union all select a.node_id from agent_aliases l join agents a on a.id = l.agent_id
                        where ${folded("l.value")} = any(${all}::text[]))`;
  }
  const test = (expression: string) => testText(comparison, field, expression, value);
  // As `isReference` has it.
  const named = `${test(folded("n.name"))} and n.name !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'`;
  const merged = `exists (select from unnest(n.merged_ids) as m (id) where ${test("m.id::text")})`;
  return `(${named} or ${test("n.id::text")} or ${merged} or exists (
             select from agents a join agent_aliases l on l.agent_id = a.id
             where a.node_id = n.id and ${test(folded("l.value"))}))`;
}

/** One comparison of a text. */
function testText(comparison: Comparison, field: Field, text: string, value: Placeholder): string {
  return test(comparison, field, { text, number: `rule_number(${text})` }, value);
}

/** One comparison of the jsonb `v.v`. */
function testJson(comparison: Comparison, field: Field, value: Placeholder): string {
  return test(comparison, field, { text: "rule_text(v.v)", number: "rule_number(v.v)", json: "v.v" }, value);
}

interface Forms {
  readonly text: string;
  readonly number: string;
  readonly json?: string;
}

function test(comparison: Comparison, field: Field, { text, number, json }: Forms, value: Placeholder): string {
  const form = foldsCase(field) ? foldText : (said: string) => said;
  const like = (pattern: string) => `${text} like ${value(pattern)}::text`;
  const version = (sign: string, said: string) =>
    `rule_version(${text}) collate "C" ${sign} ${value(versionKey(said))}::text collate "C"`;
  const numeric = (sign: string, limit: number) => `${number} ${sign} ${value(limit)}::float8`;
  const wanted = wantedBy(comparison);
  if (wanted !== undefined) {
    const texts = wanted.flatMap((scalar) => (typeof scalar === "number" ? [] : [form(String(scalar))]));
    const numbers = wanted.filter((scalar) => typeof scalar === "number");
    const words = wanted.filter((scalar) => typeof scalar === "boolean").map(String);
    const parts = [
      ...(texts.length === 1 ? [`${text} = ${value(texts[0])}::text`] : []),
      ...(texts.length > 1 ? [`${text} = any(${value(texts)}::text[])`] : []),
      ...(numbers.length > 0 ? [`${number} = any(${value(numbers)}::float8[])`] : []),
      ...(words.length > 0 && json !== undefined ? [`${json} = any(${value(words)}::text[]::jsonb[])`] : []),
    ];
    return parts.length === 1 ? (parts[0] ?? "") : `(${parts.join(" or ")})`;
  }
  if ("prefix" in comparison) return like(`${literally(form(comparison.prefix))}%`);
  if ("glob" in comparison) return like(literally(form(comparison.glob)).replaceAll("*", "%").replaceAll("?", "_"));
  if ("lt" in comparison) return numeric("<", comparison.lt);
  if ("lte" in comparison) return numeric("<=", comparison.lte);
  if ("gt" in comparison) return numeric(">", comparison.gt);
  if ("gte" in comparison) return numeric(">=", comparison.gte);
  if ("versionLt" in comparison) return version("<", comparison.versionLt);
  if ("versionLte" in comparison) return version("<=", comparison.versionLte);
  if ("versionGt" in comparison) return version(">", comparison.versionGt);
  if ("versionGte" in comparison) return version(">=", comparison.versionGte);
  return json === undefined ? `${text} is not null` : "true";
}

/** What means something in a LIKE pattern, as itself. */
const literally = (text: string) => text.replace(/[\\%_]/g, "\\$&");
