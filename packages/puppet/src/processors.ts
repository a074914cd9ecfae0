import type { FactTree } from "@gatehouse/core/facts";
import type { FactsFact, Processor } from "@gatehouse/core/submissions";
import { type Comparing, diffOf } from "./bucket/diff.js";
import { evidenceOfFacts } from "./facts-evidence.js";
import { readReport } from "./reports/read-report.js";
import { reportFact } from "./reports/report-fact.js";
import { type Coding, codings } from "./wire/decode.js";
import { readFacts } from "./wire/facts.js";

// For worker threads: nothing here may reach @gatehouse/http's own index, whose loading would cost more than the work.

type Body = { readonly body: Uint8Array };

/** The kind of a submission, or the name of what is done with one, by the coding of its bytes. */
export const kindOf = (base: string, coding: Coding): string => (coding === "json" ? base : `${base}.${coding}`);

const byCoding = <T>(base: string, made: (coding: Coding) => T): Record<string, T> =>
  Object.fromEntries(codings.map((coding) => [kindOf(base, coding), made(coding)]));

const factsFact = (facts: FactTree): FactsFact => ({
  fact: "facts",
  source: "puppet",
  facts,
  evidence: evidenceOfFacts(facts),
});

/** Pure functions from a stored submission to facts, by the submission's kind. */
export const processors: Readonly<Record<string, Processor>> = {
  ...byCoding<Processor>("puppet.facts", (coding) => ({ body }) => [factsFact(readFacts(body, coding).values)]),
  ...byCoding<Processor>("puppet.report", (coding) => ({ body }) => [reportFact(body, coding)]),
};

/** What routes ask of bytes, on a thread where they are many. */
export const checks: Readonly<Record<string, (input: never) => unknown>> = {
  "puppet.bucket.diff": (input: Comparing) => diffOf(input),
  ...byCoding(
    "puppet.facts.read",
    (coding) =>
      ({ body }: Body) =>
        readFacts(body, coding),
  ),
  ...byCoding("puppet.report.check", (coding) => ({ body }: Body) => ({ host: readReport(body, coding).host })),
};

/** What is never done on the main thread, however few the bytes: YAML takes a hundred times as long as JSON. */
export const aside: readonly string[] = [
  "puppet.bucket.diff",
  ...Object.keys({ ...processors, ...checks }).filter((name) => name.endsWith(".yaml")),
];
