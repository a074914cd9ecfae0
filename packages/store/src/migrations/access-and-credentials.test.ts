import { expect, it } from "vitest";
import { AccessAndCredentials8 } from "./0008-access-and-credentials.js";
import { migrations } from "./index.js";
import { useEmptyDatabase } from "./migration.test.helper.js";

const { withSource } = useEmptyDatabase();

it("the migration to rules and credentials can be undone and done again", () =>
  withSource(
    async (source) => {
      const tables = async (): Promise<string[]> =>
        (
          await source.query(
            "select tablename from pg_tables where tablename in ('authorization_rules', 'authorization_revision', 'credentials')",
          )
        ).map(({ tablename }: { tablename: string }) => tablename);
      await source.runMigrations();
      expect(await tables()).toHaveLength(3);
      await source.undoLastMigration();
      expect(await tables()).toEqual([]);
      await source.runMigrations();
      expect(await tables()).toHaveLength(3);
      await expect(source.query("insert into authorization_revision values (2, 1)")).rejects.toThrow(/check/);
    },
    migrations.slice(0, migrations.indexOf(AccessAndCredentials8) + 1),
  ));
