import { expect, it } from "vitest";
import { Database } from "../database.js";
import { createNodeIdentity } from "../nodes/identity.js";
import { count } from "../store.test.helper.js";
import { Identity6 } from "./0006-identity.js";
import { migrations } from "./index.js";
import { useEmptyDatabase } from "./migration.test.helper.js";

const database = useEmptyDatabase();
const { withSource } = database;

const before = migrations.slice(0, migrations.indexOf(Identity6));
const DATA = [
  "insert into nodes (name) select 'NODE-' || n from generate_series(1, 6000) n",
  "insert into agents (node_id, family) select id, 'dsc' from nodes",
  "insert into node_evidence (node_id, agent_id, kind, value) select n.id, a.id, 'name', n.name from nodes n join agents a on a.node_id = n.id",
  "insert into node_evidence (node_id, agent_id, kind, value) select node_id, id, 'address', '127.0.0.1' from agents",
];

it("keys the evidence that is there, so that old nodes are found", async () => {
  await withSource(async (source) => {
    await source.runMigrations();
    for (const statement of DATA) await source.query(statement);
  }, before);
  await withSource((source) => source.runMigrations());
  const db = await Database.open({ url: database.url });
  expect(await count(db, "node_evidence where kind = 'name' and value_key = lower(value)")).toBe(6000);
  expect(await count(db, "node_evidence where kind = 'address' and value_key is null")).toBe(6000);
  expect(await count(db, "nodes n join agents a on a.id = n.named_by and a.node_id = n.id")).toBe(6000);
  const [node] = await db.run<{ id: string }>("select id from nodes limit 1");
  const identity = createNodeIdentity(db, () => undefined);
  expect(await identity.decisions(node?.id ?? "")).toEqual([]);
  expect(await identity.evidence(node?.id ?? "")).toMatchObject([
    { trust: "key", proof: "claimed" },
    { counts: false },
  ]);
  await db.close();
});

it("is undone, and done again", async () => {
  await withSource(async (source) => {
    for (const _ of migrations.slice(migrations.indexOf(Identity6))) await source.undoLastMigration();
    expect(await source.query("select to_regclass('identity_conflicts') as gone")).toEqual([{ gone: null }]);
    await source.runMigrations();
    expect(await source.query("select count(*)::int as n from node_evidence where value_key is not null")).toEqual([
      { n: 6000 },
    ]);
  });
});
