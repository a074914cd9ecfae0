import type { Database } from "./database.js";
import { CHANGE_TABLES, dropPartitions, EXCHANGE_TABLES, REPORT_TABLES } from "./partitions.js";

/** Reports that one statement deletes: others write meanwhile. */
const SOME = 5_000;

/** An array and no join: where the planner believes that there are no reports, it would compare each with each. */
const DELETE_REPORTS = `
  with gone as (
    delete from reports where id = any(array(select id from reports where first_at < $1 order by first_at limit ${SOME}))
    returning id, agent_id
  ), latest as (delete from agent_reports l using gone where l.agent_id = gone.agent_id and l.report_id = gone.id)
  select count(*)::int as count from gone`;

/** What a round of retention took away. */
export interface Dropped {
  readonly reports: number;
  readonly partitions: readonly string[];
}

/**
 * Ends the retention of reports: whole days, by UTC and the database's clock. A day goes when it *ended* `days` days
 * ago; its reports go first, then the partitions with their lines and with the bytes that they came in. What still
 * waits in the inbox keeps its day.
 */
export async function dropOldReports(db: Database, days: number): Promise<Dropped> {
  const [row] = await db.run<{ before: Date }>(
    // In hours: a day of the session's time zone may have 23 or 25 of them.
    `select date_trunc('day', least(now() - make_interval(hours => 24 * $1), (select min(accepted_at) from inbox)) at time zone 'UTC')
            at time zone 'UTC' as before`,
    [days],
  );
  if (row === undefined) throw new Error("a select returned no row");
  let reports = 0;
  for (;;) {
    const [gone] = await db.run<{ count: number }>(DELETE_REPORTS, [row.before]);
    reports += gone?.count ?? 0;
    if ((gone?.count ?? 0) < SOME) break;
  }
  return { reports, partitions: await dropPartitions(db, row.before, REPORT_TABLES) };
}

/** Ends the retention of changes: whole days, by UTC and the database's clock. @returns the partitions that went */
export async function dropOldChanges(db: Database, days: number): Promise<string[]> {
  const [row] = await db.run<{ before: Date }>("select now() - make_interval(hours => 24 * $1) as before", [days]);
  return row === undefined ? [] : dropPartitions(db, row.before, CHANGE_TABLES);
}

/** What an exchange takes beside its content, with its entries in indexes: measured, and rounded up. */
const EXCHANGE_ROW_BYTES = 512;

/**
 * Ends the retention of recorded exchanges, by whole days as that of changes, and by what they take: the oldest go first.
 * @param megabytes of 2^20 bytes
 */
export async function dropOldExchanges(
  db: Database,
  days: number,
  megabytes: number,
): Promise<{ readonly partitions: readonly string[]; readonly exchanges: number }> {
  const [row] = await db.run<{ before: Date }>("select now() - make_interval(hours => 24 * $1) as before", [days]);
  const partitions = row === undefined ? [] : await dropPartitions(db, row.before, EXCHANGE_TABLES);
  const gone = await db.run(
    `with content as (
       delete from exchange_contents where at <= (
         select at from (select at, sum(octet_length(content) + $2::int * exchanges) over (order by at desc) as kept from exchange_contents) as newest
         where kept > $1::bigint << 20 order by at desc limit 1) returning id, at)
     delete from exchanges e using content c where c.id = e.content_id and c.at = e.at returning 1`,
    [megabytes, EXCHANGE_ROW_BYTES],
  );
  return { partitions, exchanges: gone.length };
}

/** Deletes dead letters that nobody re-drove for this many days. @returns how many */
export async function dropOldDeadLetters(db: Database, days: number): Promise<number> {
  const rows = await db.run(
    "delete from dead_letters where not waiting and failed_at < now() - make_interval(hours => 24 * $1) returning id",
    [days],
  );
  return rows.length;
}

/** Forgets what was done this many days ago and longer. @returns how many acts */
export async function dropOldAuditEvents(db: Database, days: number): Promise<number> {
  let dropped = 0;
  for (;;) {
    const gone = await db.run(
      `delete from audit_events where id = any(array(
         select id from audit_events where at < now() - make_interval(hours => 24 * $1) order by at limit ${SOME})) returning id`,
      [days],
    );
    dropped += gone.length;
    if (gone.length < SOME) return dropped;
  }
}

/** Runs that were to end and were not heard of again become hung; their next word makes them what they are. @returns how many */
export async function markHung(db: Database): Promise<number> {
  const [row] = await db.run<{ count: number }>(
    `with hung as (update reports set status = 'hung' where status = 'running' and hung_at < now() returning id, agent_id),
          latest as (update agent_reports l set status = 'hung' from hung where l.agent_id = hung.agent_id and l.report_id = hung.id)
     select count(*)::int as count from hung`,
  );
  return row?.count ?? 0;
}
