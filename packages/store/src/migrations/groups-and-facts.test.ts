import { DataSource } from "typeorm";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { COMMON } from "../migrate.js";
import { createTestDatabase, type TestDatabase } from "../testing/databases.js";
import { GroupsAndFacts5 } from "./0005-groups-and-facts.js";
import { migrations } from "./index.js";

let database: TestDatabase;
const at = migrations.indexOf(GroupsAndFacts5);
beforeAll(async () => {
  database = await createTestDatabase(inject("databaseUrl"), { empty: true });
});
afterAll(() => database.drop());

/** @param count the migrations that are known, from the first on */
async function withSource<T>(count: number, work: (source: DataSource) => Promise<T>): Promise<T> {
  const source = new DataSource({
    ...COMMON,
    url: database.url,
    migrations: migrations.slice(0, count),
    migrationsTransactionMode: "each",
  });
  await source.initialize();
  try {
    await source.runMigrations();
    return await work(source);
  } finally {
    await source.destroy();
  }
}

/** All that the migration could leave behind or forget. */
const schema = (source: DataSource): Promise<unknown> =>
  source.query(
    `select 'column ' || table_name || '.' || column_name as what from information_schema.columns where table_schema = current_schema()
     union all select indexdef from pg_indexes where schemaname = current_schema()
     union all select 'function ' || proname || pg_get_function_arguments(oid) from pg_proc where pronamespace = current_schema()::regnamespace
     union all select 'trigger ' || tgname from pg_trigger where not tgisinternal
     union all select 'options ' || relname || array_to_string(reloptions, ',') from pg_class where relnamespace = current_schema()::regnamespace and reloptions is not null
     order by 1`,
  );

describe("the migration to groups and facts", () => {
  it("can be undone and done again, and keeps the nodes that there are", async () => {
    const old = await withSource(at, schema);
    await withSource(at + 1, async (source) => {
      const fresh = await schema(source);
      expect(fresh).not.toEqual(old);
      await source.undoLastMigration();
      expect(await schema(source)).toEqual(old);
      await source.query("insert into nodes (name) values ('before')");
      await source.runMigrations();
      expect(await schema(source)).toEqual(fresh);
      const nodes = () => source.query("select name, revision::int from nodes");
      expect(await nodes()).toEqual([{ name: "before", revision: 1 }]);
      // The version before knows nothing of revisions, and must go on working on this schema.
      await source.query("update nodes set name = 'after'");
      expect(await nodes()).toEqual([{ name: "after", revision: 2 }]);
    });
  });
});
