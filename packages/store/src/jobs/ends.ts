import { type EndedJobState, JOB_RESULT, type JobEvent } from "@gatehouse/core/jobs";
import { cleanText } from "../clean.js";
import type { Queryable } from "../database.js";
import { lacksPartition, makePartitions } from "../partitions.js";
import type { Run } from "../session.js";
import { MOST_EVENTS, MOST_JOB_BYTES } from "./said.js";

/** How a job ends by another's word than its agent's. */
export interface JobEnd {
  readonly id: string;
  readonly state: EndedJobState;
  readonly reason: string;
}

/** Of a job's story, as its row counts it. */
export interface Told {
  readonly events: number;
  readonly bytes: number;
}

/** The columns of a {@link Told}, of `jobs j`. */
export const TOLD = `j.events, j.event_bytes::float8 as bytes`;

/** Of stories that one transaction ends: agents make theirs as long as they may, and each statement has its time. */
const MOST_AT_ONCE: Told = { events: MOST_EVENTS, bytes: MOST_JOB_BYTES };

/** The first of the jobs, as many as one transaction has time for, and at least one. */
export function asManyAsFit<T extends Told>(jobs: readonly T[]): T[] {
  const left = { ...MOST_AT_ONCE };
  const end = jobs.findIndex(({ events, bytes }, i) => {
    left.events -= events;
    left.bytes -= bytes;
    return i > 0 && (left.events < 0 || left.bytes < 0);
  });
  return jobs.slice(0, end < 0 ? jobs.length : end);
}

const END = {
  name: "jobs.end",
  text: `with ended as (
           update jobs j set state = e.state, reason = e.reason, ended_at = date_trunc('milliseconds', now()), events = j.events + 1
           from unnest($1::uuid[], $2::text[], $3::text[]) as e (id, state, reason)
           where j.id = e.id and j.ended_at is null returning j.id, j.events, j.reason
         ), noted as (
           insert into job_events (job_id, seq, by, message) select id, events, $4::text, reason from ended
         ) select id from ended`,
};

/**
 * The job with its events, handed in as its agent's. Of a wake that comes with another order's jobs nobody wants a report:
 * its jobs have theirs.
 */
const REPORT = {
  name: "jobs.report",
  text: `with ended as (
           select j.agent_id, convert_to(jsonb_build_object(
             'id', j.id, 'order', jsonb_build_object('id', o.id, 'name', o.name, 'by', o.created_by),
             'task', j.task, 'spec', o.spec, 'state', j.state, 'reason', j.reason,
             'dueAt', j.due_at, 'sentAt', j.sent_at, 'startedAt', j.started_at, 'endedAt', j.ended_at,
             'events', (select coalesce(jsonb_agg(jsonb_build_object('at', e.at, 'by', e.by, 'step', e.step, 'about', e.about,
                               'status', e.status, 'message', e.message, 'data', e.data) order by e.seq), '[]')
                        from job_events e where e.job_id = j.id))::text, 'UTF8') as body
           from jobs j join job_orders o on o.id = j.order_id
           where j.id = any($1::uuid[]) and j.task = o.task order by j.number
         ), stored as (
           insert into submissions (agent_id, kind, coding, size, body)
           select agent_id, '${JOB_RESULT}', 'identity', length(body), body from ended
           returning id, accepted_at, agent_id, kind, size
         ) insert into inbox (id, accepted_at, agent_id, kind, size) select id, accepted_at, agent_id, kind, size from stored`,
};

/** Ends those of the jobs that are open, with a line each and their reports, inside the caller's transaction. @returns their ids */
export async function endJobs(run: Run, ends: readonly JobEnd[], by: JobEvent["by"]): Promise<string[]> {
  if (ends.length === 0) return [];
  const rows = await run<{ id: string }>(END, [
    ends.map(({ id }) => id),
    ends.map(({ state }) => state),
    ends.map(({ reason }) => cleanText(reason)),
    by,
  ]);
  const ids = rows.map(({ id }) => id);
  await reportJobs(run, ids);
  return ids;
}

/** Hands in the reports of jobs that have ended, inside the transaction that ends them. */
export async function reportJobs(run: Run, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await run(REPORT, [ids]);
}

/** A transaction that hands in reports: where there is no place for today's, that is made, and it is done again. */
export async function reporting<T>(
  db: Pick<Queryable, "run" | "transaction">,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  try {
    return await db.transaction(work);
  } catch (thrown) {
    if (!lacksPartition(thrown)) throw thrown;
    await makePartitions(db);
    return db.transaction(work);
  }
}
