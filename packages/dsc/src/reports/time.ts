/** Characters: the longest recorded one has 35. */
const LONGEST = 64;

// 2016-08-15T14:25:51.2030000-07:00 (WMF), …20.757706199+00:00 (Linux), and without an offset what a script may send.
const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,3})\d*)? ?(Z|[+-]\d\d:?\d\d)?)?$/i;
// 08/15/2016 14:25:51, as the native server of WMF 5.0 writes it.
const SLASHES = /^(\d\d?)\/(\d\d?)\/(\d{4})(?: +(\d\d?:\d\d(?::\d\d)?(?: *[AP]M)?))?$/i;

/**
 * A time as an agent writes it. One without an offset is taken for UTC, so that it means the same on every machine.
 * Forms are told apart here because Date takes nearly any text with a number in it for a date.
 * @returns undefined when it is no date, or its year is not one of 1 to 9999
 */
export function parseTime(text: string): Date | undefined {
  const normal = text.length > LONGEST ? undefined : normalForm(text.trim());
  if (normal === undefined) return undefined;
  const date = new Date(normal);
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9999 ? date : undefined;
}

function normalForm(text: string): string | undefined {
  const [, year, month, day, time = "00:00", fraction = "0", zone = "Z"] = ISO.exec(text) ?? [];
  if (year !== undefined) {
    return isDay(year, month, day)
      ? `${year}-${month}-${day}T${seconds(time)}.${fraction}${zone.toUpperCase()}`
      : undefined;
  }
  const slashes = SLASHES.exec(text);
  if (slashes === null) return undefined;
  const [, m, d, y, clock = "00:00"] = slashes;
  return isDay(y, m, d) ? `${m}/${d}/${y} ${clock} UTC` : undefined;
}

const seconds = (time: string) => (time.length === 5 ? `${time}:00` : time);

/** Date takes 30 February for 1 March. */
function isDay(year = "", month = "", day = ""): boolean {
  const date = new Date(`${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}T00:00:00Z`);
  return date.getUTCDate() === Number(day);
}
