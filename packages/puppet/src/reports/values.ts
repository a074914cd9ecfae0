/** An object out of a decoder. Its keys are an agent's: ask {@link own} for them. */
export type Json = Readonly<Record<string, unknown>>;

/** Characters of a field. */
export const FIELD_LENGTH = 1024;
/** Characters of a message; those of a failed command hold its output. */
export const MESSAGE_LENGTH = 2048;
/** Values of a list or an object that are looked at, so as to show it in a line. */
const SHOWN = 64;

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What an object itself holds under a name, and never what its prototype does. */
export const own = (object: Json, name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined);

/** A text, bounded; undefined for what says nothing. */
export function textOf(value: unknown, most = FIELD_LENGTH): string | undefined {
  if (typeof value === "number") return String(value);
  if (typeof value !== "string" || value === "") return undefined;
  return value.slice(0, most).toWellFormed();
}

/** A flag as it was sent; undefined for what is none. */
export const flagOf = (value: unknown): boolean | undefined => (typeof value === "boolean" ? value : undefined);

/** A number that JSON can write again. */
export const numberOf = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

/** Whole milliseconds of seconds. */
export const millis = (seconds: number): number => Math.round(seconds * 1000) / 1000;

/**
 * Any value in a line, bounded: what stands in a YAML nest of aliases is small in memory, and endless written out.
 */
export function shown(value: unknown, most = 256): string | undefined {
  let left = SHOWN;
  const write = (item: unknown): string => {
    if (left-- <= 0) return "…";
    if (typeof item === "string") return item.slice(0, most);
    if (Array.isArray(item)) return `[${firstOf(item).map(write).join(", ")}]`;
    if (!isObject(item)) return String(item);
    return `{${firstOf(Object.entries(item))
      .map(([key, one]) => `${key.slice(0, most)}: ${write(one)}`)
      .join(", ")}}`;
  };
  const firstOf = <T>(items: readonly T[]) => items.slice(0, Math.max(0, left) + 1);
  if (value === null || value === undefined) return undefined;
  return textOf(write(value), most);
}

const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,12})? ?(Z|UTC|[+-]\d\d:?\d\d)$/;

/** ISO 8601 as JSON and PSON have it, and Ruby's own form, which YAML has. */
export function parseTime(value: unknown): Date | undefined {
  const [, day, time, fraction = "", zone = ""] = TIME.exec(typeof value === "string" ? value : "") ?? [];
  if (day === undefined) return undefined;
  const offset = zone === "UTC" ? "Z" : zone.replace(/^([+-]\d\d):?/, "$1:");
  const parsed = new Date(`${day}T${time}${fraction.slice(0, 4)}${offset}`);
  return Number.isNaN(parsed.getTime()) ? undefined : parsed;
}

/** An object without the properties that are undefined. */
export function stated<T extends object>(all: { readonly [K in keyof T]: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Partial<T>;
}
