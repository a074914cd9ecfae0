import { DerError, type Element, Tag } from "./read.js";
import { tlv } from "./write.js";

/** Two digits of the year up to here, four from the year after (RFC 5280 section 4.1.2.5). */
const LAST_UTC_YEAR = 2049;
const FIRST_UTC_YEAR = 1950;

/** A time to the second. @throws for what the formats cannot hold */
export function time(at: Date): Uint8Array {
  const year = at.getUTCFullYear();
  if (!(year >= FIRST_UTC_YEAR && year <= 9999)) throw new DerError("A date is out of what certificates can hold.");
  const digits = `${at.toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`;
  return year <= LAST_UTC_YEAR
    ? tlv(Tag.utcTime, Buffer.from(digits.slice(2)))
    : tlv(Tag.generalizedTime, Buffer.from(digits));
}

/** Reads either form; seconds and Z are asked for, as RFC 5280 does. */
export function timeOf({ tag, content }: Element, what: string): Date {
  const text = Buffer.from(content).toString("latin1");
  const years = tag === Tag.utcTime ? 2 : tag === Tag.generalizedTime ? 4 : 0;
  if (years === 0 || text.length !== years + 11 || !/^\d+Z$/.test(text)) throw new DerError(`${what} is not a time.`);
  const short = Number(text.slice(0, years));
  const year = years === 4 ? short : short >= 50 ? 1900 + short : 2000 + short;
  const part = (index: number) => text.slice(years + 2 * index, years + 2 * index + 2);
  const iso = `${String(year).padStart(4, "0")}-${part(0)}-${part(1)}T${part(2)}:${part(3)}:${part(4)}.000Z`;
  const at = new Date(iso);
  // A date such as 31 February would roll over; one that does not come back as it was is none.
  if (Number.isNaN(at.getTime()) || at.toISOString() !== iso) throw new DerError(`${what} is not a time.`);
  return at;
}

/** Certificates know no milliseconds. */
export const wholeSeconds = (at: Date): Date => new Date(Math.floor(at.getTime() / 1000) * 1000);
