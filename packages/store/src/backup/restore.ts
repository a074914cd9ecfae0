import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { GatehouseError } from "@gatehouse/core/errors";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { DataSource, MigrationExecutor, type QueryRunner } from "typeorm";
import { translate } from "../failures.js";
import { COMMON, MIGRATION_LOCK } from "../migrate.js";
import { migrations as known } from "../migrations/index.js";
import { partitionStatement } from "../partitions.js";
import type { Run } from "../session.js";
import { type CheckedBackup, proveOrigin, refuseNewer } from "./check.js";
import { type BackupEnd, type BackupHeader, refused, type TableShape, type TableSum } from "./format.js";
import { proveKey } from "./key.js";
import { readBackup } from "./reader.js";
import { columnsOf, quoted, sequencesOf, tablesOf } from "./schema.js";

export interface RestoreBackupOptions {
  /** A database with no table in it. */
  readonly url: string;
  readonly file: string;
  /** What {@link checkBackup} found of this file, with its key. */
  readonly checked: CheckedBackup & { readonly key: Buffer };
  /** The last thing before it is kept: what it throws undoes everything. */
  readonly beforeCommit?: () => Promise<void> | void;
}

/**
 * Numbers of certificates that are left out: those that were given after the backup was made are out there, and none is
 * given twice (RFC 5280, 4.1.2.2).
 */
export const SKIPPED_SERIALS = 1_000_000n;

/**
 * Fills an empty database with what a backup holds, and brings the schema up to date: all of it in one transaction.
 * @throws conflict where the database holds anything; request-malformed where the file is not what was checked any more;
 *   forbidden; start-refused; database-unavailable
 */
export async function restoreBackup(options: RestoreBackupOptions): Promise<void> {
  const { url, file, checked } = options;
  const sources = [checked.header.migrations.length, known.length].map(
    (count) => new DataSource({ ...COMMON, url, migrations: known.slice(0, count), poolSize: 1 }),
  );
  const [then, now] = sources as [DataSource, DataSource];
  let runner: QueryRunner | undefined;
  try {
    await then.initialize();
    await now.initialize();
    runner = then.createQueryRunner();
    const client = (await runner.connect()) as pg.PoolClient;
    const run: Run = async (statement, values) => (await client.query(statement as string, values)).rows;
    await runner.startTransaction();
    await run("set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0");
    // A gateway that starts meanwhile waits here, and finds the database whole.
    await run("select pg_advisory_xact_lock($1)", [MIGRATION_LOCK]);
    await refuseFull(run);
    await migrateWith(then, runner);
    await fill(client, run, file, checked);
    await migrateWith(now, runner);
    await run("insert into audit_events (actor, action, subject, detail) values ($1, $2, $3, $4)", [
      ...["command", "backup.restore", "instance"],
      JSON.stringify({ madeAt: checked.header.madeAt, version: checked.header.version }),
    ]);
    await options.beforeCommit?.();
    await runner.commitTransaction();
    await run("analyze");
  } catch (thrown) {
    if (runner?.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw translate(thrown);
  } finally {
    await runner?.release();
    for (const source of sources) if (source.isInitialized) await source.destroy();
  }
}

/** @throws conflict where anything is in the database */
export async function refuseFull(run: Run): Promise<void> {
  const found = await run<{ name: string }>(
    `select relname as name from pg_class where relnamespace = current_schema()::regnamespace
       and relkind in ('r', 'p', 'v', 'm', 'S', 'f') order by relname limit 3`,
  );
  if (found.length === 0) return;
  const names = found.map(({ name }) => name).join(", ");
  throw new GatehouseError(
    "conflict",
    `The database is not empty (${names}): a backup is restored into an empty one only.`,
  );
}

async function migrateWith(source: DataSource, runner: QueryRunner): Promise<void> {
  const executor = new MigrationExecutor(source, runner);
  executor.transaction = "none";
  await executor.executePendingMigrations();
}

/** Puts the rows in, and proves that they are those that were checked. */
async function fill(
  client: pg.PoolClient,
  run: Run,
  file: string,
  { header, key, tables: expected }: RestoreBackupOptions["checked"],
) {
  await prepare(run, header);
  const rows: number[] = [];
  const whole = await readBackup(
    file,
    async (_, index, blocks) => {
      const table = header.tables[index] as TableShape;
      const stream = client.query(
        copyFrom(`copy ${quoted(table.name)} (${columnsOf(table)}) from stdin (format binary)`),
      );
      try {
        await pipeline(Readable.from(blocks, { objectMode: false }), stream);
      } catch (thrown) {
        throw ofData(thrown, table);
      }
      rows.push(stream.rowCount);
    },
    (again) => {
      if (JSON.stringify(again) !== JSON.stringify(header)) throw changed();
    },
  );
  proveOrigin(whole, key);
  for (const [index, { rows: count, sha256 }] of expected.entries()) {
    if (rows[index] !== count || (whole.end.tables[index] as TableSum).sha256 !== sha256) throw changed();
  }
  for (const { name } of header.tables) await run(`alter table ${quoted(name)} enable trigger user`);
  await proveKey(run, key);
  await setSequences(run, whole.end);
}

const changed = () => refused("The backup was changed while it was restored: nothing is kept of it.");

/** What PostgreSQL refuses of the rows is the backup's fault; that it is away is not. */
function ofData(thrown: unknown, { name }: TableShape): unknown {
  const code = String((thrown as { code?: unknown }).code ?? "");
  return /^(?:22|23|08P01)/.test(code) ? refused(`The backup holds rows of ${name} that do not fit.`, thrown) : thrown;
}

/** Empties what migrations put in, and makes the partitions that the rows need. */
async function prepare(run: Run, header: BackupHeader): Promise<void> {
  refuseNewer(header);
  const shapes = new Map((await tablesOf(run)).map((table) => [table.name, table]));
  for (const { name, columns, days } of header.tables) {
    const shape = shapes.get(name);
    if (shape === undefined || !sameColumns(shape.columns, columns) || (shape.days === null) !== (days === null))
      throw refused(`The backup's table ${name} is not that of its schema.`);
    for (const day of days ?? []) await run(partitionStatement(name, day));
    await run(`alter table ${quoted(name)} disable trigger user`);
  }
  const missing = [...shapes.keys()].filter((name) => !header.tables.some((table) => table.name === name));
  if (missing.length > 0) throw refused(`The backup lacks tables of its schema: ${missing.join(", ")}.`);
  await run(`truncate ${header.tables.map(({ name }) => quoted(name)).join(", ")}`);
}

function sameColumns(ours: TableShape["columns"], theirs: TableShape["columns"]): boolean {
  const typesOf = (columns: TableShape["columns"]) =>
    JSON.stringify(columns.map(({ name, type }) => [name, type]).toSorted());
  return typesOf(ours) === typesOf(theirs);
}

async function setSequences(run: Run, { sequences }: BackupEnd): Promise<void> {
  const known = new Set((await sequencesOf(run)).map(({ name }) => name));
  for (const { name, value, called } of sequences) {
    if (!known.has(name)) throw refused(`The backup's sequence ${name} is not one of its schema.`);
    const at = BigInt(value) + (name === "certificate_serials" ? SKIPPED_SERIALS : 0n);
    await run("select setval($1::regclass, $2::bigint, $3)", [quoted(name), at.toString(), called]);
  }
}
