/** Which of two small numbers comes first where both could be a month: dmidecode writes months first, most else days. */
export type DateOrder = "day-first" | "month-first";

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const TIME = String.raw`(?:[T ,]\s*(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?`;
/** As `date` and asctime write it: `Thu Mar 14 15:05:41 2013`. */
const ASCTIME =
  /^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) {1,2}(?<day>\d{1,2}) (?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2}) (?<year>\d{4})$/;
const YEAR_FIRST = new RegExp(String.raw`^(?<year>\d{4})([-/.])(?<a>\d{1,2})\2(?<b>\d{1,2})${TIME}$`);
const YEAR_LAST = new RegExp(String.raw`^(?<a>\d{1,2})([-/.])(?<b>\d{1,2})\2(?<year>\d{4})${TIME}$`);
const COMPACT = /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})$/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** Characters: no date is longer. */
const LONGEST = 40;

/**
 * A date in any of the ways in which agents write it, as `YYYY-MM-DD` (wire/xml-inventory.md section 3). What is no day of the
 * calendar is none: the public converter makes 2015-01-04 of 04/25/2013.
 * @param order for 03/04/2013; where only one of the two can be a month, that is it
 * @returns undefined for what is no date, or not from 1900 to 2199
 */
export function dateOf(text: string, order: DateOrder = "day-first"): string | undefined {
  const parts = partsOf(text, order);
  return parts && dateText(parts);
}

/** The same with its time, as `YYYY-MM-DD HH:MM:SS`; midnight where there is none. Zones are left out: what is said is local. */
export function datetimeOf(text: string, order: DateOrder = "day-first"): string | undefined {
  const parts = partsOf(text, order);
  return parts && `${dateText(parts)} ${[parts.hour, parts.minute, parts.second].map(two).join(":")}`;
}

function partsOf(said: string, order: DateOrder): Parts | undefined {
  if (said.length > LONGEST) return undefined;
  const text = said.trim();
  const fixed = (ASCTIME.exec(text) ?? COMPACT.exec(text))?.groups;
  const yearFirst = YEAR_FIRST.exec(text)?.groups;
  const found = fixed ?? yearFirst ?? YEAR_LAST.exec(text)?.groups;
  if (found === undefined) return undefined;
  const number = (name: string) => Number(found[name] ?? 0);
  const [month, day] =
    fixed === undefined
      ? monthAndDay(number("a"), number("b"), yearFirst !== undefined || order === "month-first")
      : [MONTHS.indexOf(fixed["month"] ?? "") + 1 || number("month"), number("day")];
  const [year, hour, minute, second] = ["year", "hour", "minute", "second"].map(number) as [
    number,
    number,
    number,
    number,
  ];
  const parts = { year, month, day, hour, minute, second };
  return isReal(parts) ? parts : undefined;
}

/** Which is which, where only one of them can be a month: some agents write 2022-21-09. */
function monthAndDay(first: number, second: number, monthFirst: boolean): [month: number, day: number] {
  if (first > 12) return [second, first];
  if (second > 12 || monthFirst) return [first, second];
  return [second, first];
}

function isReal({ year, month, day, hour, minute, second }: Parts): boolean {
  if (year < 1900 || year > 2199 || month < 1 || month > 12) return false;
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return day >= 1 && day <= days && hour <= 23 && minute <= 59 && second <= 59;
}

const two = (number: number) => String(number).padStart(2, "0");
const dateText = ({ year, month, day }: Parts) => `${year}-${two(month)}-${two(day)}`;
