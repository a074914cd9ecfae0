import { GatehouseError } from "@gatehouse/core/errors";
import { cleanText } from "./clean.js";
import { isUuid } from "./uuid.js";

/** The place after a row in a sorted list, as an opaque text: what the list is sorted by, then the row's id. */
export function encodeCursor(key: string, id: string): string {
  return Buffer.from(JSON.stringify([key, id])).toString("base64url");
}

/** A place in a list by name and uuid. @throws request-malformed for anything that {@link encodeCursor} did not make */
export function decodeCursor(cursor: string): [name: string, id: string] {
  const [name, id] = decode(cursor);
  return name === cleanText(name) && isUuid(id) ? [name, id] : foreign();
}

/** What {@link encodeCursor} is given as the id of a certificate. */
export const certificatePlace = (profile: string, serial: string): string => `${profile} ${serial}`;

/** A place in a list by name, profile and serial. @throws request-malformed for anything that {@link encodeCursor} did not make */
export function decodeCertificateCursor(cursor: string): [name: string, profile: string, serial: string] {
  const [name, place] = decode(cursor);
  const [, profile, serial] = /^([a-z]{1,20}) (\d{1,50})$/.exec(place) ?? [];
  return name === cleanText(name) && profile !== undefined && serial !== undefined
    ? [name, profile, serial]
    : foreign();
}

/** A place in a list by name and number. @throws request-malformed for anything that {@link encodeCursor} did not make */
export function decodeNumberCursor(cursor: string): [name: string, number: string] {
  const [name, number] = decode(cursor);
  return name === cleanText(name) && isBigint(number) ? [name, number] : foreign();
}

/** A place in a list by time and number. @throws request-malformed for anything that {@link encodeCursor} did not make */
export function decodeTimeCursor(cursor: string): [at: Date, id: string] {
  const [time, id] = decode(cursor);
  const at = new Date(time);
  // Years of more than four digits have more characters: JavaScript knows years that PostgreSQL does not.
  const isTime = time.length === 24 && !Number.isNaN(at.getTime()) && at.toISOString() === time;
  return isTime && isBigint(id) ? [at, id] : foreign();
}

/** A place in a list of the numbered parts of one thing. @throws request-malformed, also for another thing's cursor */
export function decodePartCursor(cursor: string, of: string): number {
  const [whole, part] = decode(cursor);
  return whole === of && /^\d{1,9}$/.test(part) ? Number(part) : foreign();
}

/** The place of a node in a list by a fact: by its value as JSON, or by the node's name in the part of those without. */
export const factPlace = (path: string, part: "with" | "without", key: string): string =>
  JSON.stringify([path, part, key]);

/** A place in a list by this fact. @throws request-malformed for anything else, also a place in a list by another fact */
export function decodeFactCursor(cursor: string, path: string) {
  const [place, id] = decode(cursor);
  const [of, part, key, ...rest]: unknown[] = parseArray(place) ?? foreign();
  if (of !== path || typeof key !== "string" || key !== cleanText(key) || rest.length > 0 || !isUuid(id))
    return foreign();
  if (part === "without") return { part, key, id } as const;
  return part === "with" && isLeaf(key) ? ({ part, key, id } as const) : foreign();
}

/** What `fact_key` gives: a text, a number, true, false, or a mark for lists and objects. */
function isLeaf(json: string): boolean {
  if (json === "[]" || json === "{}" || json === "true" || json === "false") return true;
  const value = parseArray(`[${json}]`)?.[0];
  return typeof value === "string" ? value === cleanText(value) : typeof value === "number" && Number.isFinite(value);
}

/** Whether a text is a number that a bigint column can hold. */
export const isBigint = (text: string): boolean =>
  /^\d{1,19}$/.test(text) && BigInt(text) <= 9_223_372_036_854_775_807n;

/** A page out of the rows that were asked for with one row more than the page takes. */
export function cut<Row>(rows: readonly Row[], limit: number, placeOf: (row: Row) => [key: string, id: string]) {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { page, next: rows.length > limit && last !== undefined ? encodeCursor(...placeOf(last)) : null };
}

function decode(cursor: string): [key: string, id: string] {
  const value = parseArray(Buffer.from(cursor, "base64url").toString("utf8"));
  if (value?.length !== 2) return foreign();
  const [key, id] = value;
  return typeof key === "string" && typeof id === "string" ? [key, id] : foreign();
}

/** The list that a text is the JSON of; undefined for any other text. */
function parseArray(json: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function foreign(): never {
  throw new GatehouseError("request-malformed", "The page cursor is not one that this server gave out.");
}
