import type { Processor } from "@gatehouse/core/submissions";
import { checkReport } from "./reports/check.js";
import { reportFact } from "./reports/report-fact.js";

// For worker threads: nothing here may reach express or @gatehouse/http, whose loading would cost more than the work.

/** Pure functions from a stored submission to facts, by the submission's kind. */
export const processors: Readonly<Record<string, Processor>> = {
  "dsc.report": (submission) => [reportFact(submission)],
};

/** What a submission is asked before it is accepted. @throws request-malformed */
export const checks = {
  "dsc.report.check": ({ body }: { readonly body: Uint8Array }) => checkReport(body),
} as const;
