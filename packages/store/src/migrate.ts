import { GatehouseError } from "@gatehouse/core/errors";
import pg from "pg";
import { DataSource } from "typeorm";
import { migrations } from "./migrations/index.js";
import { BACKUP_LOCK } from "./partitions.js";

// "gate" in ASCII: held while a gateway migrates, so that two that start at once take turns.
export const MIGRATION_LOCK = 0x67617465;

/** What every data source of ours has in common: the schema is made by migrations, and by nothing else. */
export const COMMON = {
  type: "postgres",
  synchronize: false,
  installExtensions: false,
  logging: false,
  applicationName: "gatehouse",
} as const;

/**
 * Brings the schema up to date, one gateway at a time.
 * @throws start-refused when the database has migrations that this version does not know
 */
export async function migrate(url: string): Promise<void> {
  // A connection of its own: the lock must be held outside the transactions of the migrations.
  const client = new pg.Client({ connectionString: url, application_name: "gatehouse-migrate" });
  // Whoever asks it next learns that it broke.
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
    const known = new Set(migrations.map((migration) => new migration().name));
    const table = await client.query("select to_regclass('migrations') as found");
    const applied =
      table.rows[0]?.found === null
        ? { rows: [] }
        : await client.query<{ name: string }>("select name from migrations");
    const foreign = applied.rows.filter((row) => !known.has(row.name)).map((row) => row.name);
    if (foreign.length > 0) {
      throw new GatehouseError(
        "start-refused",
        "The database was migrated by a newer Gatehouse; start that version, or restore a backup.",
        {
          detail: `unknown migrations: ${foreign.join(", ")}`,
        },
      );
    }
    if (applied.rows.length < known.size) {
      // A backup's tables are changed when it has ended: whoever asks them would wait behind us else.
      await client.query("select pg_advisory_lock($1)", [BACKUP_LOCK]);
      await runMigrations(url);
    }
  } finally {
    await client.end();
  }
}

async function runMigrations(url: string): Promise<void> {
  // A data source of its own: migrations may take longer than a request's statement is given.
  const source = new DataSource({
    ...COMMON,
    url,
    migrations: [...migrations],
    migrationsTransactionMode: "each",
    poolSize: 1,
  });
  await source.initialize();
  try {
    await source.runMigrations();
  } finally {
    await source.destroy();
  }
}

/** Which migrations the database lacks, and which it has that this version does not know. @throws database-unavailable */
export async function schemaFacts(db: {
  run<Row extends pg.QueryResultRow>(statement: string): Promise<Row[]>;
}): Promise<{ missing: string[]; unknown: string[] }> {
  const known = migrations.map((migration) => new migration().name);
  const applied = (await db.run<{ name: string }>("select name from migrations order by id")).map(({ name }) => name);
  return {
    missing: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}
