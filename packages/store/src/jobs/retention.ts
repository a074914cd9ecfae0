import type { Database } from "../database.js";
import { dropLooseVersions } from "../packages/withdraw.js";

/** Jobs that one statement deletes at the most. */
const SOME = 500;
/** Lines of theirs: each job may have thousands, and a statement has its time. One job goes whatever it has. */
const SOME_LINES = 20_000;

const DROP_JOBS = `
  with old as (
    select id, ended_at, events from jobs where ended_at < now() - make_interval(hours => 24 * $1)
    order by ended_at limit ${SOME} for update skip locked
  ), counted as (
    select id, sum(events) over lines as events, row_number() over lines as place from old window lines as (order by ended_at, id)
  ) delete from jobs where id in (select id from counted where place = 1 or events <= ${SOME_LINES}) returning 1`;
/** An order goes with the last of its jobs. */
const DROP_ORDERS = `
  delete from job_orders o where id in (
    select id from job_orders o where created_at < now() - make_interval(hours => 24 * $1)
      and not exists (select from jobs j where j.order_id = o.id) limit ${SOME} for update skip locked)
  returning 1`;

/** What a round of retention took away. */
export interface DroppedJobs {
  readonly jobs: number;
  readonly orders: number;
  /** Versions of withdrawn packages, which no job names any more. */
  readonly versions: number;
}

/** Deletes jobs that ended so many days ago, orders that have none any more, and what only they kept. */
export async function dropOldJobs(db: Database, days: number): Promise<DroppedJobs> {
  const jobs = await dropAll(db, DROP_JOBS, days);
  const orders = await dropAll(db, DROP_ORDERS, days);
  return { jobs, orders, versions: await dropLooseVersions(db) };
}

async function dropAll(db: Database, statement: string, days: number): Promise<number> {
  for (let dropped = 0; ; ) {
    const rows = await db.run(statement, [days]);
    dropped += rows.length;
    if (rows.length === 0) return dropped;
  }
}
