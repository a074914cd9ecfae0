import type { EventStatus, ReportError, ReportEvent, RunOutcome, RunSaid } from "../reports/index.js";
import type { EndedJobState, JobEvent, JobTask } from "./types.js";

/** The kind of the submission that a job leaves when it ends, and the name of what is done with it. */
export const JOB_RESULT = "job.result";
/** The protocol of reports about jobs. */
export const JOBS_PROTOCOL = "jobs";

/** Characters of what a line brought, as JSON; the job itself has all of it. */
const MOST_DETAIL = 4_000;

/** A job as it ended: what the store writes in the transaction that ends it. Times as ISO 8601. */
interface EndedJob {
  readonly id: string;
  readonly order: { readonly id: string; readonly name: string | null; readonly by: string };
  readonly task: JobTask;
  readonly spec: unknown;
  readonly state: EndedJobState;
  readonly reason: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string;
  readonly events: readonly SaidEvent[];
}

type SaidEvent = Omit<JobEvent, "seq" | "at" | "data"> & { readonly data: JobEvent["data"] | null };

/** As a processor's fact. */
interface JobReport {
  readonly fact: "report";
  readonly protocol: string;
  readonly run: string;
  readonly said: RunSaid;
}

/**
 * The report of a job that has ended: one line for each thing that it was about, as that came out last, and one for each
 * answer that it brought. Pure.
 * @throws for what is no job
 */
export function jobReport({ body }: { readonly body: Uint8Array }): readonly [JobReport] {
  const job = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)) as EndedJob;
  const { id, task, state, reason, startedAt, endedAt, order } = job;
  const outcome = outcomes[state];
  const said: RunSaid = {
    operation: task,
    ...(startedAt !== null && { startedAt: new Date(startedAt) }),
    endedAt: new Date(endedAt),
    outcome,
    ...(outcome === "failure" && { errors: [errorOf(job)] }),
    events: linesOf(job),
    attributes: {
      ...{ state, orderId: order.id, orderedBy: order.by },
      ...(order.name !== null && { order: order.name }),
      ...(reason !== null && { reason }),
    },
  };
  return [{ fact: "report", protocol: JOBS_PROTOCOL, run: id, said }];
}

const outcomes: Record<EndedJobState, RunOutcome> = {
  ...{ ok: "success", skipped: "success", ko: "failure", "timed-out": "failure", cancelled: "cancelled" },
};

/** By the first thing that went wrong: what follows is mostly its consequence. */
function errorOf({ events, reason, state }: EndedJob): ReportError {
  const wrong = events.find(({ status, about }) => status === "ko" && about !== null) ?? null;
  const last = events.findLast(({ message }) => message !== null && message !== "");
  const message = reason ?? wrong?.message ?? last?.message ?? `The job ended as ${state}.`;
  return { message, resource: wrong?.about ?? null, code: state };
}

function linesOf({ events, state }: EndedJob): ReportEvent[] {
  const lines = new Map<string, ReportEvent>();
  const answers = new Map<string, number>();
  for (const event of events) {
    const { about, step, status, message, data } = event;
    if (about === null) continue;
    const count = data === null ? 0 : (answers.get(about) ?? 0) + 1;
    if (count > 0) answers.set(about, count);
    const resource = count > 1 ? `${about} (${count})` : about;
    // What came out otherwise at last stands where it came out last.
    lines.delete(resource);
    lines.set(resource, {
      ...{ resource, type: step, status: lineStatus(status, state), message, seconds: null },
      detail: { ...(status !== null && { status }), ...(data !== null && { data: small(data) }) },
    });
  }
  return [...lines.values()];
}

/** A check that does not hold is why a job was left out, and no failure then. */
function lineStatus(status: JobEvent["status"], state: EndedJobState): EventStatus {
  if (status !== "ko") return "ok";
  if (state === "skipped") return "skipped";
  return outcomes[state] === "failure" ? "failed" : "noncompliant";
}

const small = (data: unknown): unknown => {
  const { length } = JSON.stringify(data);
  return length <= MOST_DETAIL ? data : { leftOut: `${length} characters; the job has them` };
};
