import type { CertificateProfile } from "@gatehouse/client";
import { certificateProfiles } from "@gatehouse/core/certificates";
import { InvalidArgumentError, Option } from "commander";
import { moment } from "./when.js";

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

export interface ProfileFlags {
  readonly profile?: CertificateProfile;
}

/** `--profile` of what a name means something in; the gateway takes `puppet` when it is left out. */
export const profileOption = (description = "the profile of the name; puppet when left out") =>
  new Option("--profile <profile>", description).choices(certificateProfiles);

/** Collects the values of an option that may be given again. */
export const again = (text: string, before: readonly string[] | undefined): string[] => [...(before ?? []), text];

/** How long, as in `90d` or `5y`. @returns seconds @throws InvalidArgumentError */
export function duration(text: string): number {
  const [, count, unit = ""] = /^([1-9]\d{0,8})([a-z])$/.exec(text.trim()) ?? [];
  const seconds = Number(count) * (UNIT_SECONDS[unit] ?? Number.NaN);
  if (Number.isNaN(seconds)) throw new InvalidArgumentError("It is a number with s, m, h, d, w or y, such as 90d.");
  return seconds;
}

/** A moment to come: after so long, or a date. @returns as the API takes it @throws InvalidArgumentError */
export function comingMoment(text: string, now = new Date()): string {
  if (/^\d{4}-/.test(text.trim())) return moment(text, now);
  return new Date(now.getTime() + duration(text) * 1_000).toISOString();
}

/** `role=web` of an extension. @throws InvalidArgumentError without a `=` */
export function extension(text: string): readonly [name: string, value: string] {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("It looks like pp_role=web.");
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Collects the values of `--extension k=v`, which may be given again. */
export const extensions = (text: string, before: Readonly<Record<string, string>> | undefined) => ({
  ...before,
  ...Object.fromEntries([extension(text)]),
});
