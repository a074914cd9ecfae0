import type { Result, Results } from "./result.js";
import { shownOf } from "./text.js";

/**
 * The results as JUnit's XML, of which there is no standard but what readers have in common: testsuites, testsuite, testcase with
 * failure or error. https://github.com/testmoapp/junitxml
 */
export function junitOf({ results, seconds, startedAt }: Results): string {
  const failed = results.filter(({ met, isUnreached }) => !met && !isUnreached).length;
  const errors = results.filter(({ isUnreached }) => isUnreached).length;
  const counts = { tests: results.length, failures: failed, errors, time: seconds.toFixed(3) };
  const suite = { name: "gatehouse expect", ...counts };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes(suite)}>`,
    // Without a zone, as readers want it: UTC.
    `  <testsuite${attributes({ ...suite, skipped: 0, timestamp: startedAt.replace(/\.\d+Z$|Z$/, "") })}>`,
    ...results.map(caseOf),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function caseOf({ expectation: { name, word, place }, met, isUnreached, seconds, why, seen }: Result): string {
  const file = { file: place.file, ...(place.line === undefined ? {} : { line: place.line }) };
  const own = attributes({ name, classname: `gatehouse.expect.${word}`, ...file, time: seconds.toFixed(3) });
  if (met) return `    <testcase${own}/>`;
  const element = isUnreached ? "error" : "failure";
  const text = [why, ...shownOf(seen)].map(escaped).join("\n");
  return [
    `    <testcase${own}>`,
    `      <${element}${attributes({ message: why, type: isUnreached ? "unreached" : "not-met" })}>${text}</${element}>`,
    "    </testcase>",
  ].join("\n");
}

const attributes = (said: Readonly<Record<string, string | number>>): string =>
  Object.entries(said)
    .map(
      ([key, value]) =>
        ` ${key}="${escaped(String(value)).replace(/[\t\n\r]/g, (char) => `&#${char.charCodeAt(0)};`)}"`,
    )
    .join("");

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** XML 1.0 has no way to say most control characters and lone surrogates (section 2.2). */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is meant
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char);
