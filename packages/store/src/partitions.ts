import type { Database, Run } from "./database.js";

/** Tables that are cut into one partition a day, by UTC: those that end with reports, that of changes, that of exchanges. */
export const REPORT_TABLES = ["submissions", "report_events"] as const;
export const CHANGE_TABLES = ["changes"] as const;
export const EXCHANGE_TABLES = ["exchanges", "exchange_contents"] as const;
const TABLES = [...REPORT_TABLES, ...CHANGE_TABLES, ...EXCHANGE_TABLES];

// "part" in ASCII: gateways that make or drop partitions take turns.
const PARTITION_LOCK = 0x70617274;
/** "back" in ASCII: shared by backups; who changes tables has it alone. */
export const BACKUP_LOCK = 0x6261636b;
const DAY_MS = 86_400_000;
/** Days for which there is a partition before it is needed: a scheduler may be away for this long. */
const DAYS_AHEAD = 7;
/** A partition is attached and dropped under a lock on its table: accepting must not queue up behind one that waits. */
const LOCK_WAIT = "set local lock_timeout = '3s'";

const dayOf = (at: Date) => at.toISOString().slice(0, 10);
const partitionOf = (table: string, day: string) => `${table}_${day.replaceAll("-", "")}`;

/**
 * Makes the partitions that are needed from now on: today's by the database's clock, those of the days around it (its
 * clock may be set back), and of the next {@link DAYS_AHEAD} days.
 * @param also times for which there is to be one too
 * @returns the names of those that were made
 */
export async function makePartitions(
  db: Pick<Database, "run" | "transaction">,
  also: readonly Date[] = [],
): Promise<string[]> {
  const [clock] = await db.run<{ now: Date }>("select now()");
  const today = clock?.now.getTime() ?? Date.now();
  const ahead = Array.from({ length: DAYS_AHEAD + 2 }, (_, i) => new Date(today + (i - 1) * DAY_MS));
  const days = [...new Set([...ahead, ...also].map(dayOf))];
  const wanted = TABLES.flatMap((table) => days.map((day) => ({ table, day, name: partitionOf(table, day) })));
  const there = new Set((await partitions(db)).map(({ name }) => name));
  const missing = wanted.filter(({ name }) => !there.has(name));
  if (missing.length === 0) return [];
  await db.transaction(async (run) => {
    await run(LOCK_WAIT);
    await run("select pg_advisory_xact_lock($1)", [PARTITION_LOCK]);
    for (const { table, day, name } of missing) {
      await run(partitionStatement(table, day, name));
    }
  });
  return missing.map(({ name }) => name);
}

/** What makes a table's partition of a day (YYYY-MM-DD, UTC), where there is none. Both go into SQL as they are. */
export function partitionStatement(table: string, day: string, name = partitionOf(table, day)): string {
  const next = dayOf(new Date(Date.parse(day) + DAY_MS));
  return `create table if not exists ${name} partition of ${table} for values from ('${day} 00:00+00') to ('${next} 00:00+00')`;
}

/**
 * Drops every partition of these tables that lies wholly before `before` (its end counts, not its start). While a backup
 * reads, it drops none: it would wait for the backup, and whoever asks the table would wait behind it.
 * @returns the names of those that were dropped
 */
export async function dropPartitions(
  db: Database,
  before: Date,
  tables: readonly (typeof TABLES)[number][] = TABLES,
): Promise<string[]> {
  const old = (await partitions(db, tables)).filter(({ end }) => end <= before);
  const dropped: string[] = [];
  for (const { name } of old) {
    const gone = await db.transaction(async (run) => {
      await run(LOCK_WAIT);
      await run("select pg_advisory_xact_lock($1)", [PARTITION_LOCK]);
      const [lock] = await run<{ alone: boolean }>("select pg_try_advisory_xact_lock($1) as alone", [BACKUP_LOCK]);
      if (lock?.alone !== true) return false;
      await run(`drop table if exists ${name}`);
      return true;
    });
    if (!gone) break;
    dropped.push(name);
  }
  return dropped;
}

/** The days (YYYY-MM-DD, UTC) that a table has a partition for. */
export async function partitionDays(run: Run, table: string): Promise<string[]> {
  return (await partitions({ run }, [table])).map(({ end }) => dayOf(new Date(end.getTime() - DAY_MS)));
}

interface Partition {
  readonly name: string;
  /** The first moment that is not in it any more. */
  readonly end: Date;
}

async function partitions(db: { run: Run }, tables: readonly string[] = TABLES): Promise<Partition[]> {
  const rows = await db.run<{ name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = any($1::text[]::regclass[]) order by c.relname`,
    [[...tables]],
  );
  return rows.flatMap(({ name }) => {
    const [, year, month, day] = /_(\d{4})(\d{2})(\d{2})$/.exec(name) ?? [];
    return year === undefined ? [] : [{ name, end: new Date(Date.parse(`${year}-${month}-${day}`) + DAY_MS) }];
  });
}

/**
 * Whether a row was refused because there is no partition for its time. Told by what the failure lacks: a broken check
 * has the same code and names its constraint, and the words are in the server's language.
 */
export function lacksPartition(thrown: unknown): boolean {
  const { code, constraint } = thrown as { code?: unknown; constraint?: unknown };
  return code === "23514" && constraint === undefined;
}
