import { setTimeout as sleep } from "node:timers/promises";
import { GatehouseError } from "@gatehouse/core/errors";
import pg from "pg";
import { to as copyTo } from "pg-copy-streams";
import { cleanText } from "../clean.js";
import { translate } from "../failures.js";
import { migrations as known } from "../migrations/index.js";
import { BACKUP_LOCK } from "../partitions.js";
import { SecretBox } from "../secret-box.js";
import type { Run } from "../session.js";
import type { BackupHeader, TableShape, TableSum } from "./format.js";
import { proveKey } from "./key.js";
import { pace } from "./pace.js";
import { columnsOf, migrationsOf, quoted, sequencesOf, tablesOf } from "./schema.js";
import { writeWhole } from "./whole-file.js";
import { wrapKey } from "./wrapped-key.js";
import { BackupWriter } from "./writer.js";

export interface CreateBackupOptions {
  /** The database, which may be served from meanwhile. */
  readonly url: string;
  /** Written whole or not at all; must not be there yet. Mode 0600. */
  readonly file: string;
  /** The instance key that the database was made with. */
  readonly key: Buffer;
  /** What the key is wrapped by; without one the key is not in the backup. */
  readonly passphrase?: string;
  /** Of this Gatehouse, for who reads the backup. */
  readonly version: string;
  /** Bytes of tables that are read in a second, at the most. */
  readonly bytesPerSecond: number;
  /** Told of each table when it is written; the next one waits for it. */
  readonly onTable?: (table: TableSum) => Promise<void> | void;
}

export interface CreatedBackup {
  readonly header: BackupHeader;
  readonly tables: readonly TableSum[];
  /** Bytes of the file. */
  readonly size: number;
}

const CONNECT_MS = 5_000;
const TURN_MS = 100;
/** A table is locked only by who changes it, and those wait for us: that one is met is an accident. */
const SETTINGS =
  "set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0; set local lock_timeout = '10s'";

/**
 * Writes all that a database holds into a file, as of one moment, in one snapshot and with no lock that anybody but
 * changes of the schema would wait for: those wait for its end.
 * @throws conflict where the file is there; config-invalid for a passphrase that protects nothing; start-refused where the
 *   key is not this database's, or the schema is not ours; database-unavailable
 */
export async function createBackup(options: CreateBackupOptions): Promise<CreatedBackup> {
  const { file, key, passphrase } = options;
  const wrapped = passphrase === undefined ? null : await wrapKey(key, passphrase);
  const client = new pg.Client({
    connectionString: options.url,
    application_name: "gatehouse-backup",
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
  });
  // Whoever asks it next learns that it broke.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const run: Run = async (statement, values) => (await client.query(statement as string, values)).rows;
    await migrationsOfOurs(run);
    await proveKey(run, key);
    const made = await writeWhole(file, async (handle) => {
      await run("insert into audit_events (actor, action, subject, detail) values ($1, $2, $3, $4)", [
        ...["command", "backup.create", cleanText(file)],
        JSON.stringify({ key: wrapped !== null }),
      ]);
      await begin(run);
      const header = { ...(await headerOf(run, options.version)), key: wrapped };
      const writer = new BackupWriter(handle);
      await writer.begin(header);
      const tables: TableSum[] = [];
      const wait = pace(options.bytesPerSecond);
      for (const table of header.tables) {
        const sum = await writeTable(client, writer, table, wait);
        tables.push(sum);
        await options.onTable?.(sum);
      }
      await writer.end({ tables, sequences: await sequencesOf(run) }, new SecretBox(key).derive("backup"));
      return { header, tables, size: writer.size };
    });
    await run("commit");
    return made;
  } catch (thrown) {
    throw translate(thrown);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Begins the snapshot, with nobody changing tables. */
async function begin(run: Run): Promise<void> {
  for (;;) {
    await run("begin isolation level repeatable read, read only");
    await run(SETTINGS);
    // Not waited for inside: the snapshot would be older than what was changed meanwhile.
    const [lock] = await run<{ shared: boolean }>("select pg_try_advisory_xact_lock_shared($1) as shared", [
      BACKUP_LOCK,
    ]);
    if (lock?.shared === true) return;
    await run("rollback");
    await sleep(TURN_MS);
  }
}

async function headerOf(run: Run, version: string): Promise<Omit<BackupHeader, "key">> {
  const migrations = await migrationsOfOurs(run);
  const [clock] = await run<{ now: Date }>("select now()");
  return { version, madeAt: (clock?.now ?? new Date()).toISOString(), migrations, tables: await tablesOf(run) };
}

/** @throws start-refused where the schema is not one of this version's or an older one's */
async function migrationsOfOurs(run: Run): Promise<string[]> {
  const migrations = await migrationsOf(run);
  const ours = known.map((migration) => new migration().name);
  if (migrations.length === 0) throw new GatehouseError("start-refused", "This database holds no Gatehouse.");
  if (migrations.some((name, at) => name !== ours[at])) {
    throw new GatehouseError(
      "start-refused",
      "The database was migrated by a newer Gatehouse; use that version's command.",
    );
  }
  return migrations;
}

async function writeTable(
  client: pg.Client,
  writer: BackupWriter,
  table: TableShape,
  wait: (bytes: number) => Promise<void>,
): Promise<TableSum> {
  // A partitioned table cannot be named itself before PostgreSQL 19.
  const from = table.days === null ? `only ${quoted(table.name)}` : quoted(table.name);
  const stream = client.query(copyTo(`copy (select ${columnsOf(table)} from ${from}) to stdout (format binary)`));
  // A connection that breaks before the first row is asked for must end the stream too, and not the process.
  stream.on("error", (thrown) => void stream.destroy(thrown));
  const sum = await writer.table(table.name, stream, wait);
  // Its answer comes after that of the copy, which says how many rows there were.
  await client.query("select");
  return { ...sum, rows: stream.rowCount };
}
