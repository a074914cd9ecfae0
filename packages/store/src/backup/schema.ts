import { partitionDays } from "../partitions.js";
import type { Run } from "../session.js";
import type { Sequence, TableShape } from "./format.js";

/** What TypeORM writes down of migrations: a backup names them itself. */
const MIGRATIONS = "migrations";

/** A name as SQL takes it. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const columnsOf = ({ columns }: TableShape): string => columns.map(({ name }) => quoted(name)).join(", ");

/**
 * Every table that holds what must last, each after those that it refers to. Unlogged ones hold what PostgreSQL itself
 * forgets when it is killed: they are not among them. Partitioned ones are named once.
 */
export async function tablesOf(run: Run): Promise<TableShape[]> {
  const found = await run<{ name: string; partitioned: boolean; columns: TableShape["columns"] }>(
    `select c.relname as name, c.relkind = 'p' as partitioned,
       (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns
     from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
       and not c.relispartition and c.relpersistence = 'p' and c.relname <> $1 order by c.relname`,
    [MIGRATIONS],
  );
  const references = await run<{ name: string; to: string }>(
    `select distinct c.relname as name, r.relname as to from pg_constraint f
       join pg_class c on c.oid = f.conrelid join pg_class r on r.oid = f.confrelid
     where f.contype = 'f' and f.connamespace = current_schema()::regnamespace and f.conrelid <> f.confrelid`,
  );
  const tables: TableShape[] = [];
  for (const { name, partitioned, columns } of inOrder(found, references)) {
    const days = partitioned ? await partitionDays(run, name) : null;
    tables.push({ name, columns, days });
  }
  return tables;
}

/** @throws an Error where tables refer to each other in a ring: no order would be right */
function inOrder<T extends { readonly name: string }>(
  tables: readonly T[],
  references: readonly { readonly name: string; readonly to: string }[],
): T[] {
  const known = new Set(tables.map(({ name }) => name));
  const left = new Map(tables.map((table) => [table.name, table]));
  const ordered: T[] = [];
  while (left.size > 0) {
    const waits = new Set(references.filter(({ to }) => left.has(to) && known.has(to)).map(({ name }) => name));
    const ready = [...left.values()].filter(({ name }) => !waits.has(name));
    if (ready.length === 0) throw new Error(`tables refer to each other in a ring: ${[...left.keys()].join(", ")}`);
    for (const table of ready) left.delete(table.name);
    ordered.push(...ready);
  }
  return ordered;
}

/** Every sequence, those of identity columns too, as it stands now: never below what a snapshot before it has seen. */
export async function sequencesOf(run: Run): Promise<Sequence[]> {
  const names = await run<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = current_schema()::regnamespace and relkind = 'S'
       and relname <> $1 order by relname`,
    [`${MIGRATIONS}_id_seq`],
  );
  const sequences: Sequence[] = [];
  for (const { name } of names) {
    const [row] = await run<Omit<Sequence, "name">>(
      `select last_value::text as value, is_called as called from ${quoted(name)}`,
    );
    if (row !== undefined) sequences.push({ name, ...row });
  }
  return sequences;
}

/** The migrations that a database has, oldest first; none where there is no such table. */
export async function migrationsOf(run: Run): Promise<string[]> {
  const [found] = await run<{ found: string | null }>(`select to_regclass('${MIGRATIONS}')::text as found`);
  if (found?.found == null) return [];
  return (await run<{ name: string }>(`select name from ${MIGRATIONS} order by id`)).map(({ name }) => name);
}
