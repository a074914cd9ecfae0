import { expect, it } from "vitest";
import { Catalogs12 } from "./0012-catalogs.js";
import { migrations } from "./index.js";
import { useEmptyDatabase } from "./migration.test.helper.js";

const { withSource } = useEmptyDatabase();

it("the migration to catalogs can be undone and done again", () =>
  withSource(
    async (source) => {
      const tables = async (): Promise<string[]> =>
        (
          await source.query(
            `select tablename from pg_tables where schemaname = current_schema()
             and tablename in ('catalog_bodies', 'catalogs', 'agent_catalogs', 'catalog_resources', 'exported_resources')`,
          )
        ).map(({ tablename }: { tablename: string }) => tablename);
      await source.runMigrations();
      expect(await tables()).toHaveLength(5);
      await source.undoLastMigration();
      expect(await tables()).toEqual([]);
      await source.runMigrations();
      expect(await tables()).toHaveLength(5);
      // What failed has no body, and nothing else has none.
      await source.query("insert into nodes (name) values ('n')");
      await source.query("insert into agents (node_id, family) select id, 'puppet' from nodes");
      const insert =
        "insert into catalogs (agent_id, environment, milliseconds, logs, error) select id, 'e', 1, '[]', $1 from agents";
      await source.query(insert, ["failed"]);
      await expect(source.query(insert, [null])).rejects.toThrow(/check/);
    },
    migrations.slice(0, migrations.indexOf(Catalogs12) + 1),
  ));
