import type { EventCounts, ReportError, ReportEvent, ReportStatus, RunSaid, RunState } from "./types.js";

/** Errors kept with a report; a run that goes wrong everywhere repeats itself, and its submissions hold every word. */
export const MOST_ERRORS = 20;

const NOTHING: RunState = {
  operation: null,
  startedAt: null,
  endedAt: null,
  outcome: null,
  errors: [],
  errorCount: 0,
  counts: {},
  content: null,
  hungAfterSeconds: null,
  attributes: {},
};

/**
 * A run after one more submission: field by field, a later value replaces, what is left out or empty never erases
 * (wire/dsc.md section 4: the end report of a failed run says `Errors: []`, and leaves out what the start said).
 * @param older true for a submission from before those merged so far, such as a re-driven dead letter: it only fills gaps
 */
export function mergeRun(before: RunState = NOTHING, said: RunSaid, older = false): RunState {
  const pick = <T>(known: T | null, new_: T | undefined): T | null =>
    older ? (known ?? new_ ?? null) : (new_ ?? known);
  const said_ = Object.fromEntries(Object.entries(said.attributes ?? {}).filter(([, value]) => !isEmpty(value)));
  const { errors, errorCount } = mergeErrors(before, said.errors ?? []);
  return {
    operation: pick(before.operation, said.operation || undefined),
    startedAt: pick(before.startedAt, said.startedAt),
    endedAt: pick(before.endedAt, said.endedAt),
    outcome: pick(before.outcome, said.outcome),
    errors,
    errorCount,
    counts: replacesEvents(before, said, older) ? (said.counts ?? countsOf(said.events ?? [])) : before.counts,
    content: pick(before.content, said.content),
    hungAfterSeconds: pick(before.hungAfterSeconds, said.hungAfterSeconds),
    attributes: older ? { ...said_, ...before.attributes } : { ...before.attributes, ...said_ },
  };
}

/** Whether the lines of this submission, and their counts, take the place of those stored so far. */
export function replacesEvents(before: RunState | undefined, said: RunSaid, older = false): boolean {
  if (said.events === undefined || (said.events.length === 0 && said.counts === undefined)) return false;
  return !older || Object.keys(before?.counts ?? {}).length === 0;
}

/**
 * How a run went. Linux LCMs never say a status word, so errors and the end decide where it is missing; a run whose
 * resources are not as they should be is not compliant, whatever its agent calls it. What an operator ended went neither well nor
 * badly, however far it had come.
 */
export function statusOf(run: RunState): Exclude<ReportStatus, "hung"> {
  if (run.outcome === "cancelled") return "cancelled";
  if (run.outcome === "failure" || run.errorCount > 0 || (run.counts.failed ?? 0) > 0) return "failure";
  if (run.endedAt === null && run.outcome === null) return "running";
  return (run.counts.noncompliant ?? 0) > 0 ? "noncompliant" : "success";
}

function countsOf(events: readonly ReportEvent[]): EventCounts {
  const counts: Partial<Record<ReportEvent["status"], number>> = {};
  for (const { status } of events) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/**
 * Each error once. The end report of a failed run repeats the error's message without what it was about
 * (wmf5-iis-01 #11 and #12): of two with one message, the one that says more stays. Beyond {@link MOST_ERRORS} they are
 * only counted; an agent that repeats all of them is then not told from one with new ones, so the count stays as well.
 */
function mergeErrors(before: RunState, said: readonly ReportError[]): Pick<RunState, "errors" | "errorCount"> {
  const errors = [...before.errors];
  let { errorCount } = before;
  const wasFull = before.errorCount > MOST_ERRORS;
  for (const error of said) {
    if (errors.some((known) => same(known, error) || (isBare(error) && known.message === error.message))) continue;
    const bare = errors.findIndex((known) => isBare(known) && known.message === error.message);
    if (bare >= 0) {
      errors[bare] = error;
    } else {
      if (errors.length < MOST_ERRORS) errors.push(error);
      if (!wasFull) errorCount++;
    }
  }
  return { errors, errorCount };
}

const same = (a: ReportError, b: ReportError) =>
  a.message === b.message && a.resource === b.resource && a.code === b.code;

const isBare = ({ resource, code }: ReportError) => resource === null && code === null;

const isEmpty = (value: unknown) =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
