import type { Expectation } from "./expectation.js";
import { kinds } from "./kinds/index.js";
import type { Result, Results } from "./result.js";

/** An expectation as a file would say it. */
export function anExpectation(said: Partial<Expectation> = {}): Expectation {
  const word = said.word ?? "report";
  const kind = kinds.get(word);
  if (kind === undefined) throw new Error(`no kind ${word}`);
  return {
    ...{ name: "web-1 runs", place: { file: "ci.yaml", line: 3 }, word, kind, spec: { node: "web-1" } },
    ...{ within: 300_000, saysWithin: false, since: kind.since, least: 1, most: Number.POSITIVE_INFINITY },
    ...said,
  };
}

export const aResult = ({
  expectation,
  ...said
}: Partial<Omit<Result, "expectation">> & { expectation?: Partial<Expectation> } = {}): Result => ({
  ...{ met: true, isUnreached: false, seconds: 1.5, count: 1, why: "", seen: [] },
  ...said,
  expectation: anExpectation(expectation),
});

export const resultsOf = (...results: Result[]): Results => ({
  startedAt: "2026-03-01T10:00:00.000Z",
  seconds: 12.25,
  results,
});

/** Names that mean something to whoever reads results. */
export const HOSTILE = [
  "fails # TODO not really",
  "fails \\# SKIP",
  "two\nlines\nnot ok 9 - forged",
  "a bell \u0007 and \u001b[31mred",
  ']]></failure><testcase name="forged"/><!--',
  "& < > \" '",
  "a lone \ud800 surrogate \uffff",
  "\u202eturned",
  "1..0 # skip all",
];
