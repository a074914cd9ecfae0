import { printable } from "../command/output.js";
import type { Result, Results } from "./result.js";

/** Lines of what was seen that a person is shown. */
export const MOST_SEEN = 12;

/** What became of one, for a person: a line, and below it why it is not met. */
export function resultText({ expectation: { name, place }, met, seconds, why, seen }: Result): string {
  const after = `${seconds.toFixed(1)} s`.padStart(8);
  const line = `${met ? "met    " : "NOT MET"} ${after}  ${printable(name)}\n`;
  if (met) return line;
  const where = place.line === undefined ? printable(place.file) : `${printable(place.file)}:${place.line}`;
  const below = [`${where}: ${printable(why)}`, ...shownOf(seen).map((one) => `  ${printable(one)}`)];
  return `${line}${below.map((one) => `    ${one}\n`).join("")}`;
}

/** `11 of 12 met in 42.0 s.` */
export function summaryText({ results, seconds }: Results): string {
  const met = results.filter((one) => one.met).length;
  return `${met} of ${results.length} met in ${seconds.toFixed(1)} s.\n`;
}

export const shownOf = (seen: readonly string[]): readonly string[] =>
  seen.length <= MOST_SEEN ? seen : [...seen.slice(0, MOST_SEEN), `and ${seen.length - MOST_SEEN} more`];

/** For programs. */
export const resultsJson = ({ startedAt, seconds, results }: Results) => ({
  met: results.every(({ met }) => met),
  startedAt,
  seconds,
  expectations: results.map(({ expectation, ...result }) => ({
    name: expectation.name,
    kind: expectation.word,
    ...expectation.place,
    atLeast: expectation.least,
    atMost: Number.isFinite(expectation.most) ? expectation.most : null,
    within: expectation.within / 1000,
    ...result,
  })),
});
