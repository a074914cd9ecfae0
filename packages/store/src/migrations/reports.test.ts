import { DataSource, type MigrationInterface } from "typeorm";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { Database } from "../database.js";
import { COMMON } from "../migrate.js";
import { createNodeRegistry } from "../nodes/registry.js";
import { makePartitions } from "../partitions.js";
import { aliasOf, count } from "../store.test.helper.js";
import { hear, lineOf } from "../submissions/reporting.test.helper.js";
import { createTestDatabase, type TestDatabase } from "../testing/databases.js";
import { TheHouse1 } from "./0001-the-house.js";
import { Reports2 } from "./0002-reports.js";
import { migrations } from "./index.js";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase(inject("databaseUrl"), { empty: true });
});
afterAll(() => database.drop());

async function withSource<T>(
  work: (source: DataSource) => Promise<T>,
  known: readonly (new () => MigrationInterface)[] = migrations,
): Promise<T> {
  const source = new DataSource({
    ...COMMON,
    url: database.url,
    migrations: [...known],
    migrationsTransactionMode: "each",
  });
  await source.initialize();
  try {
    return await work(source);
  } finally {
    await source.destroy();
  }
}

/** Everything that the schema is made of. */
const SCHEMA = `
  select 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') as thing
    from information_schema.columns where table_schema = current_schema()
  union all select 'index ' || indexdef from pg_indexes where schemaname = current_schema()
  union all select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
    from pg_constraint where connamespace = current_schema()::regnamespace
  union all select 'relation ' || relkind::text || ' ' || relname || ' ' || coalesce(reloptions::text, '') from pg_class
    where relnamespace = current_schema()::regnamespace
  order by 1`;
const schema = (source: DataSource): Promise<unknown> => source.query(SCHEMA);

/** This migration, after all those that came later. */
async function undo(source: DataSource): Promise<void> {
  for (const _ of migrations.slice(migrations.indexOf(Reports2))) await source.undoLastMigration();
}

describe("the migration to reports", () => {
  let before: unknown;
  let after: unknown;

  it("keeps what the version before has stored, and gives it what is new", async () => {
    await withSource(
      async (source) => {
        await source.runMigrations();
        await source.query(
          `insert into nodes (name, settings) select 'node ' || n, '{"s": 1}' from generate_series(1, 500) n`,
        );
        await source.query("update nodes set state = 'deactivated' where name = 'node 7'");
        await source.query(
          "insert into agents (node_id, family, attributes) select id, 'dsc', '{\"a\": 1}' from nodes",
        );
        await source.query(
          "insert into agent_aliases select 'dsc', 'agentid', lower(n.name), n.name, a.id from nodes n join agents a on a.node_id = n.id",
        );
        before = await schema(source);
      },
      [TheHouse1],
    );
    const db = await Database.open({ url: database.url });
    const registry = createNodeRegistry(db);
    expect(await count(db, "nodes")).toBe(500);
    const [node] = await registry.find("node 9");
    expect(node).toMatchObject({
      name: "node 9",
      state: "active",
      stateBy: "enrolment",
      labels: {},
      settings: { s: 1 },
      lastSeen: null,
    });
    expect(node?.agents).toMatchObject([{ aliases: [aliasOf("node 9")], attributes: { a: 1 }, latestReport: null }]);
    expect(node?.stateSince).toBeInstanceOf(Date);
    expect(await registry.counts()).toMatchObject({ nodes: { active: 499, deactivated: 1, expired: 0 } });
    await db.close();
  });

  it("lets both work with the new, and the old still insert as it did", async () => {
    const db = await Database.open({ url: database.url });
    await makePartitions(db);
    const agentId = (await createNodeRegistry(db).find("node 3"))[0]?.agents[0]?.id ?? "";
    await hear(db, { agentId, run: "r", said: { outcome: "success", events: [lineOf("a")] } });
    expect(await count(db, "agent_reports")).toBe(1);
    await db.run("insert into nodes (name) values ('by the version before')");
    expect((await createNodeRegistry(db).find("by the version before"))[0]).toMatchObject({
      state: "active",
      labels: {},
    });
    await db.close();
  });

  it("can be undone with all that came with it, and done again", async () => {
    await withSource(async (source) => {
      await source.query("delete from nodes where name = 'by the version before'");
      // As the migration left it: the days' partitions are no part of it.
      for (const { name } of await source.query(
        "select inhrelid::regclass::text as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where c.relkind = 'r'",
      )) {
        await source.query(`drop table ${name}`);
      }
      after = await schema(source);
      await undo(source);
      expect(await schema(source)).toEqual(before);
      expect(await source.query("select count(*)::int as n from nodes where settings = '{\"s\": 1}'")).toEqual([
        { n: 500 },
      ]);
      expect(await source.query("select name from migrations")).toEqual([{ name: "TheHouse1700000000001" }]);
      await source.runMigrations();
      expect(await schema(source)).toEqual(after);
    });
  });

  it("is undone also where there are partitions with rows in them", async () => {
    const db = await Database.open({ url: database.url });
    await makePartitions(db);
    const [agent] = await db.run<{ id: string }>("select id from agents limit 1");
    await hear(db, { agentId: agent?.id ?? "", run: "r", said: { events: [lineOf("a")] } });
    await db.close();
    await withSource(async (source) => {
      await undo(source);
      expect(await schema(source)).toEqual(before);
    });
  });
});
