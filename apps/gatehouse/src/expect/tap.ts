import { printable } from "../command/output.js";
import type { Results } from "./result.js";
import { shownOf } from "./text.js";

/**
 * The results in the Test Anything Protocol. Version 13, which every reader knows; 14 only adds to it.
 * https://testanything.org/tap-version-13-specification.html
 */
export function tapOf({ results }: Results): string {
  const lines = results.map(({ expectation, met, why, seconds, seen }, i) => {
    const line = `${met ? "ok" : "not ok"} ${i + 1} - ${described(expectation.name)}`;
    if (met) return line;
    const { file, line: at } = expectation.place;
    return [
      line,
      ...["  ---", "  message: |", block(why), "  severity: fail", `  seconds: ${seconds}`],
      ...["  at: |", block(at === undefined ? file : `${file}:${at}`)],
      ...(seen.length === 0 ? [] : ["  seen: |", ...shownOf(seen).map(block)]),
      "  ...",
    ].join("\n");
  });
  return `TAP version 13\n1..${results.length}\n${lines.map((line) => `${line}\n`).join("")}`;
}

/** In one line, where `#` begins a directive such as TODO, under which a failure counts for nothing. */
const described = (name: string): string => printable(name).replaceAll("\\", "\\\\").replaceAll("#", "\\#");

/** A line of a literal text, in which nothing means anything: readers of TAP know a little of YAML only. */
const block = (text: string): string => `    ${printable(text).trimStart()}`;
