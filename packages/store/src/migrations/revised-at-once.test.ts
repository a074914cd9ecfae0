import { expect, it } from "vitest";
import { RevisedAtOnce18 } from "./0018-revised-at-once.js";
import { migrations } from "./index.js";
import { useEmptyDatabase } from "./migration.test.helper.js";

const { withSource } = useEmptyDatabase();

it("a node's revision follows its agents, their names and evidence, before, after and the other way", () =>
  withSource(
    async (source) => {
      const revisions = async () =>
        (await source.query<{ r: string }[]>("select revision as r from nodes order by name")).map(({ r }) =>
          Number(r),
        );
      /** That all nodes changed, and no other thing did it. */
      const follows = async (statement: string) => {
        const before = await revisions();
        await source.query(statement);
        const after = await revisions();
        expect(after.map((revision, i) => revision > (before[i] ?? Number.NaN))).toEqual(before.map(() => true));
      };
      const followAll = async () => {
        await source.query(
          "insert into nodes (id, name) select gen_random_uuid(), 'node ' || i from generate_series(1, 3) i",
        );
        await follows("insert into agents (node_id, family) select id, 'dsc' from nodes");
        await follows("insert into agent_aliases select 'dsc', 'x', a.id::text, a.id::text, a.id from agents a");
        await follows(
          "insert into node_evidence (node_id, agent_id, kind, value) select a.node_id, a.id, 'name', 'a' from agents a",
        );
        await follows("update agent_aliases set value = value || 'x'");
        await follows("delete from agent_aliases");
        await follows("delete from node_evidence");
        await follows("delete from agents");
        const before = await revisions();
        await source.query("insert into agents (node_id, family) select id, 'dsc' from nodes where false");
        expect(await revisions()).toEqual(before);
        await source.query("delete from nodes");
      };
      await source.runMigrations();
      await followAll();
      await source.transaction(async (one) => {
        await one.query("select set_config('gatehouse.only_new_nodes', 'on', true)");
        await one.query("insert into nodes (id, name) values (gen_random_uuid(), 'new')");
        const before = await one.query("select revision from nodes");
        await one.query("insert into agents (node_id, family) select id, 'dsc' from nodes");
        expect(await one.query("select revision from nodes")).toEqual(before);
      });
      await follows("insert into agents (node_id, family) select id, 'puppet' from nodes");
      await source.query("delete from nodes");
      await source.undoLastMigration();
      await followAll();
      await source.runMigrations();
      await followAll();
    },
    migrations.slice(0, migrations.indexOf(RevisedAtOnce18) + 1),
  ));
