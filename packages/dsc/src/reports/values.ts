import { exceeds } from "@gatehouse/http/json-limits";
import { REPORT_LIMITS } from "../wire/parse.js";
import type { Leaf } from "../wire/report.js";

/** An object out of JSON.parse. Its keys are an agent's: ask {@link own} for them. */
export type Json = Readonly<Record<string, unknown>>;

/** Characters of a field. */
export const FIELD_LENGTH = 1024;
/** Characters of a message; a .NET stack trace has more, and is in the submission. */
export const MESSAGE_LENGTH = 2048;

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What an object itself holds under a name, and never what its prototype does. */
export const own = (object: Json, name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined);

/** A text that PostgreSQL takes, at most `most` characters of it. */
export const bounded = (text: string, most = FIELD_LENGTH): string =>
  text.slice(0, most).replaceAll("\0", "").toWellFormed();

/**
 * A text, bounded; undefined for what says nothing: no text, an empty one, or the `(null)` that DSC for Linux prints
 * for what it does not have.
 */
export function textOf(value: unknown, most = FIELD_LENGTH): string | undefined {
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") return undefined;
  const text = bounded(value, most).trim();
  return text === "" || text === "(null)" ? undefined : text;
}

/** A scalar as it was sent, bounded; undefined for what says nothing, and for numbers that JSON cannot write again (1e999). */
export function leafOf(value: unknown): NonNullable<Leaf> | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  return typeof value === "boolean" ? value : textOf(value);
}

/** The items of a list of JSON texts, whatever stands for it; an item that is no text becomes one. */
export function textsOf(list: readonly unknown[] | string | null | undefined): string[] {
  const items = typeof list === "string" ? [list] : (list ?? []);
  return items
    .filter((item) => item !== null && item !== "")
    .map((item) => (typeof item === "string" ? item : JSON.stringify(item)));
}

/** The object in a JSON text; undefined when there is none, or it is over a report's limits. */
export function objectIn(text: string): Json | undefined {
  if (exceeds(Buffer.from(text), REPORT_LIMITS)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** An object without the properties that are undefined. */
export function stated<T extends object>(all: { readonly [K in keyof T]: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Partial<T>;
}
