import { InvalidArgumentError } from "commander";
import { lasting } from "../server/doctor/words.js";

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const isUnit = (text: string | undefined): text is keyof typeof UNIT_MS => text !== undefined && text in UNIT_MS;

/**
 * A moment as people write it: `2h`, `3d` (ago), a date, or a time; UTC where no zone is said, as in our tables.
 * @returns as the API takes it
 * @throws InvalidArgumentError, which commander words with the option's name
 */
export function moment(text: string, now = new Date()): string {
  const [, count, unit] = /^(\d{1,6})([a-z])$/i.exec(text.trim()) ?? [];
  if (isUnit(unit)) return new Date(now.getTime() - Number(count) * UNIT_MS[unit]).toISOString();
  const [, date, time = "00:00", zone = "Z"] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/i.exec(text.trim()) ?? [];
  const at = date === undefined ? Number.NaN : Date.parse(`${date}T${time}${zone.toUpperCase()}`);
  if (Number.isNaN(at))
    throw new InvalidArgumentError("It is a time ago such as 30m, 2h or 3d, or a date such as 2026-03-01T10:00Z.");
  return new Date(at).toISOString();
}

/**
 * A moment to come as people write it: `2h` (from now), a date, or a time; UTC where no zone is said.
 * @returns as the API takes it @throws InvalidArgumentError
 */
export function later(text: string, now = new Date()): string {
  const [, count, unit] = /^(\d{1,6})([a-z])$/i.exec(text.trim()) ?? [];
  if (isUnit(unit)) return new Date(now.getTime() + Number(count) * UNIT_MS[unit]).toISOString();
  try {
    return moment(text, now);
  } catch {
    throw new InvalidArgumentError("It is a time from now such as 30m, 2h or 3d, or a date such as 2026-03-01T10:00Z.");
  }
}

/** A length of time as people write it, such as `90s`, `4h` or `3d`. @returns seconds @throws InvalidArgumentError */
export function delay(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,5})([a-z])$/i.exec(text.trim()) ?? [];
  if (isUnit(unit)) return (Number(count) * UNIT_MS[unit]) / 1000;
  throw new InvalidArgumentError("It is a length of time such as 90s, 30m, 4h or 3d.");
}

/** A time as people compare it: UTC, to the second. */
export const when = (iso: string | null | undefined): string | null =>
  iso ? iso.replace("T", " ").replace(/\.\d+Z$/, "Z") : null;

/** How long ago. */
export const ago = (iso: string, now = new Date()): string => `${lasting(now.getTime() - Date.parse(iso))} ago`;

/** A time with how long ago it was. */
export const whenAndAgo = (iso: string | null | undefined, now?: Date): string | null =>
  iso ? `${when(iso)} (${ago(iso, now)})` : null;
