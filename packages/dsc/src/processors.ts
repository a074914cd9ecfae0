import type { Processor } from "@gatehouse/core/submissions";
import { checkReport } from "./reports/check.js";
import { factsSaid } from "./reports/facts-said.js";
import { foldReport, type KnownRun } from "./reports/fold.js";
import { reportFact } from "./reports/report-fact.js";

// For worker threads: nothing here may reach @gatehouse/http's own index, whose loading would cost more than the work.

/** Pure functions from a stored submission to facts, by the submission's kind. */
export const processors: Readonly<Record<string, Processor>> = {
  "dsc.report": (submission) => {
    const report = reportFact(submission);
    return [report, ...factsSaid(report.said.attributes ?? {})];
  },
};

/** What routes ask of bytes, on a thread where they are many. */
export const checks = {
  /** @throws request-malformed when the sender must be told so */
  "dsc.report.check": ({ body }: { readonly body: Uint8Array }) => checkReport(body),
  "dsc.report.fold": ({ body, lengths, report }: Folding) => foldReport(partsOf(body, lengths), report),
} as const;

/** What a run was made of, one after another in one body. */
export interface Folding {
  readonly body: Uint8Array;
  readonly lengths: readonly number[];
  readonly report: KnownRun;
}

function partsOf(body: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  let start = 0;
  return lengths.map((length) => {
    const part = body.subarray(start, start + length);
    start += length;
    return part;
  });
}
