import { cleanJson, cleanText } from "../clean.js";
import type { Field, Parameter } from "./fields.js";
import { excerpt, malformed } from "./refusal.js";

const COMPARING = new Set([">", ">=", "<", "<="]);
export const isOperator = (word: unknown): word is string =>
  typeof word === "string" && (word === "=" || word === "~" || word === "~>" || COMPARING.has(word));

/** One condition on a field, in SQL. @throws request-malformed for a value or an operator that does not fit */
export function conditionOn(field: Field, operator: string, value: unknown, parameter: Parameter): string {
  if (operator === "=") return equals(field, value, parameter);
  if (operator === "~") return matches(field, value, parameter);
  if (operator === "~>") return pathMatches(field, value, parameter);
  return compares(field, operator, value, parameter);
}

export function isNull({ sql, kind }: Field): string {
  return kind === "json" || kind === "path" ? `(${sql} is null or ${sql} = 'null')` : `${sql} is null`;
}

/** Whether a field is one of these values. */
export function isAmong(field: Field, values: readonly unknown[], parameter: Parameter): string {
  if (values.length === 0) return "false";
  if (field.kind === "text") return `${field.sql} = any(${parameter(values.map((one) => textOf(field, one)))}::text[])`;
  if (field.kind === "json")
    return `${field.sql} = any(${parameter(values.map((one) => jsonOf(one)))}::text[]::jsonb[])`;
  return `(${values.map((one) => equals(field, one, parameter)).join(" or ")})`;
}

function equals(field: Field, value: unknown, parameter: Parameter): string {
  const { sql, kind } = field;
  switch (kind) {
    case "text":
      return `${sql} = ${parameter(textOf(field, value))}::text`;
    case "texts":
      return `${parameter(textOf(field, value).toLowerCase())}::text = any(${sql})`;
    case "boolean":
      if (typeof value !== "boolean") throw unfit(field, value, "true or false");
      return `${sql} = ${value}`;
    case "number":
      return `${sql} = ${parameter(numberOf(field, value))}::numeric`;
    case "time":
      return `${sql} = ${parameter(timeOf(field, value))}::timestamptz`;
    default:
      return `${sql} = ${parameter(jsonOf(value))}::jsonb`;
  }
}

function matches(field: Field, value: unknown, parameter: Parameter): string {
  const { sql, kind, name } = field;
  if (typeof value !== "string") throw unfit(field, value, "a regular expression");
  const pattern = `${parameter(cleanText(value))}::text`;
  if (kind === "text") return `${sql} ~ ${pattern}`;
  if (kind === "texts") return `exists (select from unnest(${sql}) as one where one ~ ${pattern})`;
  if (kind === "json")
    return `case when jsonb_typeof(${sql}) = 'string' then (${sql} #>> '{}') ~ ${pattern} else false end`;
  throw malformed(`${excerpt(name)} cannot be matched with ~.`);
}

function pathMatches(field: Field, value: unknown, parameter: Parameter): string {
  const { sql, kind, name } = field;
  if (kind !== "path") throw malformed(`${excerpt(name)} cannot be matched with ~>: only path can.`);
  const steps = Array.isArray(value) ? value : undefined;
  if (
    steps === undefined ||
    steps.length > 100 ||
    !steps.every((step) => typeof step === "string" || Number.isInteger(step))
  )
    throw unfit(field, value, "a list of regular expressions");
  const each = steps.map((step, i) => `(${sql} ->> ${i}) ~ ${parameter(`^(?:${cleanText(String(step))})$`)}::text`);
  return `(${[`jsonb_array_length(${sql}) = ${steps.length}`, ...each].join(" and ")})`;
}

function compares(field: Field, operator: string, value: unknown, parameter: Parameter): string {
  const { sql, kind, name } = field;
  if (kind === "time") return `${sql} ${operator} ${parameter(timeOf(field, value))}::timestamptz`;
  const number = () => `${parameter(numberOf(field, value))}::numeric`;
  if (kind === "number") return `${sql} ${operator} ${number()}`;
  if (kind === "json")
    return `case when jsonb_typeof(${sql}) = 'number' then (${sql} #>> '{}')::numeric ${operator} ${number()} else false end`;
  throw malformed(`${excerpt(name)} cannot be compared with ${operator}.`);
}

function textOf(field: Field, value: unknown): string {
  if (typeof value !== "string") throw unfit(field, value, "a text");
  return cleanText(value);
}

const jsonOf = (value: unknown) => JSON.stringify(cleanJson(value ?? null));

function numberOf(field: Field, value: unknown): string {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) throw unfit(field, value, "a number");
  return String(number);
}

/** RFC 3339, as PuppetDB writes times. */
function timeOf(field: Field, value: unknown): Date {
  const time = typeof value === "string" ? new Date(value) : new Date(Number.NaN);
  const year = time.getUTCFullYear();
  if (!(year > 0 && year < 10_000)) throw unfit(field, value, "a time such as 2026-03-01T10:00:00Z");
  return time;
}

const unfit = ({ name }: Field, value: unknown, what: string) =>
  malformed(`${excerpt(name)} is asked for with ${what}, not with ${excerpt(value)}.`);
