import { DataSource } from "typeorm";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { COMMON } from "../migrate.js";
import { createTestDatabase, type TestDatabase } from "../testing/databases.js";
import { AppliedDocuments7 } from "./0007-applied-documents.js";
import { migrations } from "./index.js";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase(inject("databaseUrl"), { empty: true });
});
afterAll(() => database.drop());

it("the migration to applied documents can be undone and done again, and leaves blobs as they were", async () => {
  const source = new DataSource({ ...COMMON, url: database.url, migrations: [], migrationsTransactionMode: "each" });
  source.setOptions({ migrations: migrations.slice(0, migrations.indexOf(AppliedDocuments7) + 1) });
  await source.initialize();
  const isThere = async (): Promise<boolean> =>
    (await source.query("select 1 from pg_tables where tablename = 'applied_documents'")).length > 0;
  try {
    await source.runMigrations();
    await source.query("insert into blobs (sha256, size) values (sha256('x'), 1)");
    expect(await isThere()).toBe(true);
    await source.undoLastMigration();
    expect(await isThere()).toBe(false);
    await source.runMigrations();
    expect(await isThere()).toBe(true);
    expect(await source.query("select size, staged_at from blobs")).toEqual([{ size: "1", staged_at: null }]);
  } finally {
    await source.destroy();
  }
});
