import { expect, it } from "vitest";
import { Inventories13 } from "./0013-inventories.js";
import { migrations } from "./index.js";
import { useEmptyDatabase } from "./migration.test.helper.js";

const { withSource } = useEmptyDatabase();

it("the migration to inventories can be undone and done again, with data", () =>
  withSource(
    async (source) => {
      const tables = async (): Promise<string[]> =>
        (
          await source.query(
            `select tablename from pg_tables where schemaname = current_schema() and tablename in
             ('inventories', 'inventory_sections', 'inventory_entries', 'pending_answers', 'agent_secrets')`,
          )
        ).map(({ tablename }: { tablename: string }) => tablename);
      const count = async (from: string): Promise<number> =>
        (await source.query(`select count(*)::int as n from ${from}`))[0].n;
      await source.runMigrations();
      expect(await tables()).toHaveLength(5);
      await source.query("create table changes_all partition of changes default");
      await source.query("insert into nodes (name) values ('n')");
      await source.query("insert into agents (node_id, family) select id, 'inventory' from nodes");
      await source.query(
        `insert into inventories (id, node_id, agent_id, is_collected, device_id, device_key, item_type, version_client,
                                  is_complete, seen_at, changed_at, repairs)
         select gen_random_uuid(), node_id, id, c, 'd', 'd', 'Computer', 'v', true, now(), now(), '[]'
         from agents, unnest(array[false, true]) as c`,
      );
      const evidence = "insert into node_evidence (node_id, agent_id, inventory_id, kind, value)";
      await source.query(
        `${evidence} select node_id, agent_id, null, 'name', 'of an agent' from inventories where is_collected`,
      );
      await source.query(
        `${evidence} select node_id, null, id, 'name', 'of a host' from inventories where is_collected`,
      );
      const change = "insert into changes (at, agent_id, inventory_id, subject, source, path)";
      await source.query(
        `${change} select now(), agent_id, null, 's', 's', 'of an agent' from inventories where is_collected`,
      );
      await source.query(`${change} select now(), null, id, 's', 's', 'of a host' from inventories where is_collected`);
      // Exactly one of the two.
      const both = "select node_id, agent_id, id, 'name', 'both' from inventories";
      await expect(source.query(`${evidence} ${both}`)).rejects.toThrow(/node_evidence_whose/);
      await expect(source.query(`${change} select now(), null, null, 's', 's', 'p'`)).rejects.toThrow(/changes_whose/);
      // One of an agent's own.
      await expect(source.query("update inventories set is_collected = false")).rejects.toThrow(/inventories_own/);

      await source.undoLastMigration();
      expect(await tables()).toEqual([]);
      expect([await count("node_evidence"), await count("changes"), await count("agents")]).toEqual([1, 1, 1]);
      await source.runMigrations();
      expect(await tables()).toHaveLength(5);
      expect([await count("node_evidence"), await count("changes"), await count("inventories")]).toEqual([1, 1, 0]);
    },
    migrations.slice(0, migrations.indexOf(Inventories13) + 1),
  ));
