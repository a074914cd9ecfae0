import { GatehouseError } from "@gatehouse/core/errors";
import { checker, quoted } from "./check.js";
import type { Schema } from "./schema.js";

/** A query parameter; `T` is what its handler gets. */
export interface Parameter<out T> {
  readonly description: string;
  readonly schema: Schema<unknown>;
  readonly occurs: "required" | "optional" | "repeated";
  /** What counts where it is left out. */
  readonly otherwise?: T;
}

export type Parameters = Readonly<Record<string, Parameter<unknown>>>;
export type ValuesOf<Q extends Parameters> = {
  readonly [K in keyof Q]: Q[K] extends Parameter<infer T> ? T : never;
};

export const required = <T>(description: string, schema: Schema<T>): Parameter<T> => ({
  description,
  schema,
  occurs: "required",
});

export const optional = <T>(description: string, schema: Schema<T>): Parameter<T | undefined> => ({
  description,
  schema,
  occurs: "optional",
});

export const withDefault = <T>(otherwise: T, description: string, schema: Schema<T>): Parameter<T> => ({
  description,
  schema: { ...schema, json: { ...schema.json, default: otherwise } },
  occurs: "optional",
  otherwise,
});

/** One that may stand several times, each with a value of its own. */
export const repeated = <T>(description: string, schema: Schema<readonly T[]>): Parameter<readonly T[]> => ({
  description,
  schema,
  occurs: "repeated",
  otherwise: [],
});

/** A parser of queries with these parameters. @throws request-malformed for any other, and for values that do not fit */
export function queryParser<Q extends Parameters>(parameters: Q): (query: URLSearchParams) => ValuesOf<Q> {
  const names = Object.keys(parameters);
  const known = names.length === 0 ? "there is none here" : `there is ${names.join(", ")}`;
  const readers = Object.entries(parameters).map(([name, parameter]) => [name, readerOf(name, parameter)] as const);
  return (query) => {
    const unknown = [...new Set(query.keys())].filter((name) => !names.includes(name));
    if (unknown.length > 0)
      throw new GatehouseError("request-malformed", `There is no query parameter ${quoted(unknown)}; ${known}.`);
    return Object.fromEntries(readers.map(([name, read]) => [name, read(query.getAll(name))])) as ValuesOf<Q>;
  };
}

function readerOf(name: string, { schema, occurs, otherwise }: Parameter<unknown>): (texts: string[]) => unknown {
  const check = checker(schema, name);
  const { type, format } = schema.json;
  const one = (text: string): unknown => {
    if (type === "integer") return integerOf(name, text, schema);
    if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
    check(text);
    return format === "date-time" ? dateOf(name, text) : text;
  };
  return (texts) => {
    const [text] = texts;
    // PostgreSQL holds no U+0000, and no name has one.
    if (texts.some((each) => each.includes("\0")))
      throw new GatehouseError("request-malformed", `${name} holds the character U+0000.`);
    if (occurs === "repeated") return check(texts);
    if (texts.length > 1) throw new GatehouseError("request-malformed", `${name} may stand once, not repeatedly.`);
    if (text !== undefined) return one(text);
    if (occurs === "required") throw new GatehouseError("request-malformed", `The query parameter ${name} is needed.`);
    return otherwise;
  };
}

function integerOf(name: string, text: string, { json }: Schema<unknown>): number {
  const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = json as Record<string, number>;
  const value = Number(text);
  if (/^-?\d{1,16}$/.test(text) && value >= minimum && value <= maximum) return value;
  throw new GatehouseError("request-malformed", `${name} is a whole number from ${minimum} to ${maximum}.`);
}

/** A leap second passes as a date-time and is none to JavaScript. */
export function dateOf(name: string, text: string): Date {
  const date = new Date(text);
  if (!Number.isNaN(date.getTime())) return date;
  throw new GatehouseError("request-malformed", `${name} is no time.`);
}
