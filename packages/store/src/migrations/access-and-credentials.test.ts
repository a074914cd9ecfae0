import { DataSource } from "typeorm";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { COMMON } from "../migrate.js";
import { createTestDatabase, type TestDatabase } from "../testing/databases.js";
import { AccessAndCredentials8 } from "./0008-access-and-credentials.js";
import { migrations } from "./index.js";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase(inject("databaseUrl"), { empty: true });
});
afterAll(() => database.drop());

it("the migration to rules and credentials can be undone and done again", async () => {
  const source = new DataSource({ ...COMMON, url: database.url, migrations: [], migrationsTransactionMode: "each" });
  source.setOptions({ migrations: migrations.slice(0, migrations.indexOf(AccessAndCredentials8) + 1) });
  await source.initialize();
  const tables = async (): Promise<string[]> =>
    (
      await source.query(
        "select tablename from pg_tables where tablename in ('authorization_rules', 'authorization_revision', 'credentials')",
      )
    ).map(({ tablename }: { tablename: string }) => tablename);
  try {
    await source.runMigrations();
    expect(await tables()).toHaveLength(3);
    await source.undoLastMigration();
    expect(await tables()).toEqual([]);
    await source.runMigrations();
    expect(await tables()).toHaveLength(3);
    await expect(source.query("insert into authorization_revision values (2, 1)")).rejects.toThrow(/check/);
  } finally {
    await source.destroy();
  }
});
