import type { DataSource } from "typeorm";
import { describe, expect, it } from "vitest";
import { Database } from "../database.js";
import { createNodeRegistry } from "../nodes/registry.js";
import { makePartitions } from "../partitions.js";
import { aliasOf, count } from "../store.test.helper.js";
import { hear, lineOf } from "../submissions/reporting.test.helper.js";
import { TheHouse1 } from "./0001-the-house.js";
import { Reports2 } from "./0002-reports.js";
import { migrations } from "./index.js";
import { useEmptyDatabase } from "./migration.test.helper.js";

const database = useEmptyDatabase();
const { withSource } = database;

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

const DATA = [
  `insert into nodes (name, settings) select 'node ' || n, '{"s": 1}' from generate_series(1, 500) n`,
  "update nodes set state = 'deactivated' where name = 'node 7'",
  "insert into agents (node_id, family, attributes) select id, 'dsc', '{\"a\": 1}' from nodes",
  `insert into agent_aliases
   select 'dsc', 'agentid', lower(n.name), n.name, a.id from nodes n join agents a on a.node_id = n.id`,
];
const stored = (source: DataSource): Promise<unknown> =>
  source.query(
    `select n.id, n.name, n.state, n.settings, n.created_at, a.id as agent, a.attributes, l.value
     from nodes n join agents a on a.node_id = n.id join agent_aliases l on l.agent_id = a.id order by n.name`,
  );

describe("the migration to reports", () => {
  let before: unknown;
  let after: unknown;
  let rows: unknown;

  it("keeps what the version before has stored", async () => {
    await withSource(
      async (source) => {
        await source.runMigrations();
        for (const statement of DATA) await source.query(statement);
        before = await schema(source);
        rows = await stored(source);
      },
      [TheHouse1],
    );
    await withSource(async (source) => {
      await source.runMigrations();
      expect(await stored(source)).toEqual(rows);
      after = await schema(source);
      // The version before goes on inserting as it did.
      await source.query("insert into nodes (name) values ('by the version before')");
      expect(await source.query("select labels, state, state_by from nodes where name like 'by %'")).toEqual([
        { labels: {}, state: "active", state_by: "enrolment" },
      ]);
      await source.query("delete from nodes where name like 'by %'");
    });
  });

  it("can be undone with all that came with it, also where there are partitions with rows, and done again", async () => {
    await withSource(async (source) => {
      await source.query(
        "create table submissions_20200229 partition of submissions for values from ('2020-02-29') to ('2020-03-01')",
      );
      await source.query(
        `insert into submissions (accepted_at, agent_id, kind, coding, size, body)
         values ('2020-02-29 12:00', gen_random_uuid(), 'k', 'identity', 0, '')`,
      );
      await undo(source);
      expect(await schema(source)).toEqual(before);
      expect(await stored(source)).toEqual(rows);
      expect(await source.query("select name from migrations")).toEqual([{ name: "TheHouse1700000000001" }]);
      await source.runMigrations();
      expect(await schema(source)).toEqual(after);
      expect(await stored(source)).toEqual(rows);
    });
  });

  it("gives nodes of before what is new, so that this version works with them", async () => {
    const db = await Database.open({ url: database.url });
    const registry = createNodeRegistry(db);
    const [node] = await registry.find("node 9");
    expect(node).toMatchObject({
      name: "node 9",
      state: "active",
      stateBy: "enrolment",
      labels: {},
      settings: { s: 1 },
    });
    expect(node?.agents).toMatchObject([{ aliases: [aliasOf("node 9")], attributes: { a: 1 }, latestReport: null }]);
    expect([node?.stateSince instanceof Date, node?.lastSeen]).toEqual([true, null]);
    expect(await registry.counts()).toMatchObject({ nodes: { active: 499, deactivated: 1, expired: 0 } });
    await makePartitions(db);
    await hear(db, { agentId: node?.agents[0]?.id ?? "", run: "r", said: { events: [lineOf("a")] } });
    expect([await count(db, "agent_reports"), await count(db, "report_events")]).toEqual([1, 1]);
    await db.close();
  });
});
