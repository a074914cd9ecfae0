import { isIPv4 } from "node:net";
import type { Bounded, Formed, Kind, Words } from "../schema/kinds.js";
import { type DateOrder, dateOf, datetimeOf } from "./dates.js";
import { booleanOf, integerOf, megabytesOf, milliOf } from "./scalars.js";

/** What a value means, or undefined where it means nothing of its kind. What fits comes back as it is. */
export type Cast = (said: unknown, order: DateOrder) => unknown;

/** An empty text, and what agents write for it, is no value: it is left out without a word. */
export const isEmpty = (said: unknown): boolean => said === "" || said === null || said === undefined;

/** A text that can be stored: trimmed, without U+0000 and halves of pairs. The same text where it is so already. */
export function cleanText(text: string): string {
  const whole = text.includes("\0") ? text.replaceAll("\0", "") : text;
  return (whole.isWellFormed() ? whole : whole.toWellFormed()).trim();
}

/** A scalar as a text; several, as XML has them, with commas between them. */
function textOf(said: unknown): string | undefined {
  if (!Array.isArray(said)) return scalarText(said);
  const texts = said.map(scalarText);
  if (texts.length === 0 || texts.includes(undefined)) return undefined;
  return texts.filter((text) => text !== "").join(", ");
}

function scalarText(said: unknown): string | undefined {
  if (typeof said === "string") return cleanText(said);
  return typeof said === "number" || typeof said === "boolean" ? String(said) : undefined;
}

/** Of a field that stands there several times, in XML, the first. */
const first = (said: unknown): unknown => (Array.isArray(said) ? said[0] : said);

const integer: Cast = (said) => (Number.isInteger(said) ? said : integerOf(first(said)));
const watts: Cast = (said) =>
  integer(typeof said === "string" ? said.replace(/ ?W(?:atts?)?\s*$/i, "") : said, "day-first");

/** The common form, of days that all months have: the long way is for the others. */
const PLAIN_DATE = /^(?:19|20|21)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])(?: (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)?$/;
const isPlain = (said: unknown, length: number): boolean =>
  typeof said === "string" && said.length === length && PLAIN_DATE.test(said);

const date: Cast = (said, order) => {
  if (isPlain(said, 10)) return said;
  const text = textOf(first(said));
  return text === undefined ? undefined : dateOf(text, order);
};
const datetime: Cast = (said, order) => {
  if (isPlain(said, 19)) return said;
  const text = textOf(first(said));
  return text === undefined ? undefined : datetimeOf(text, order);
};
const dateordatetime: Cast = (said, order) => {
  if (isPlain(said, 10) || isPlain(said, 19)) return said;
  const whole = datetime(said, order);
  // What was said as a day has no time, and midnight is what is written for that.
  return typeof whole === "string" && whole !== said && whole.endsWith(" 00:00:00") ? whole.slice(0, 10) : whole;
};

const address: Cast = (said) => {
  const text = textOf(first(said));
  // An interface's prefix, and the zone of an address that is only valid on it.
  return text?.replace(/[/%].*$/s, "");
};

const listOf =
  (cast: Cast): Cast =>
  (said, order) => {
    const items = Array.isArray(said) ? said : [said];
    const made = items.map((item) => cast(item, order)).filter((item) => !isEmpty(item));
    return Array.isArray(said) && made.length === said.length && made.every((item, i) => item === said[i])
      ? said
      : made;
  };

export const casts: Readonly<Record<Kind, Cast>> = {
  text: textOf,
  texts: listOf(textOf),
  integer,
  integers: listOf(integer),
  megabytes: (said) => (Number.isInteger(said) ? said : megabytesOf(first(said))),
  milliwatthours: (said) => (Number.isInteger(said) ? said : milliOf(first(said), "Wh")),
  millivolts: (said) => (Number.isInteger(said) ? said : milliOf(first(said), "V")),
  watts,
  boolean: (said) => booleanOf(first(said)),
  date,
  datetime,
  dateordatetime,
  ipv4: (said) => (typeof said === "string" && isIPv4(said) ? said : address(said, "day-first")),
  ipv6: address,
  ip: address,
  ips: listOf(address),
};

/** One of a few words, however it is capitalised; another one stays, for the schema to refuse. */
export const wordOf =
  ({ same }: Words): Cast =>
  (said) => {
    const text = textOf(first(said));
    return text === undefined ? undefined : (same.get(text.toLowerCase()) ?? text);
  };

export const formOf =
  (_: Formed): Cast =>
  (said) =>
    textOf(first(said))?.toLowerCase();

/** The bounds are for the schema. */
export const boundedOf =
  (_: Bounded): Cast =>
  (said) =>
    integer(said, "day-first");
