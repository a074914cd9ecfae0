import { expect, it } from "vitest";
import { Environments9 } from "./0009-environments.js";
import { migrations } from "./index.js";
import { useEmptyDatabase } from "./migration.test.helper.js";

const { withSource } = useEmptyDatabase();

it("the migration to environments can be undone and done again, and leaves blobs as they were", () =>
  withSource(
    async (source) => {
      const isThere = async (): Promise<boolean> =>
        (await source.query("select 1 from pg_tables where tablename = 'environment_versions'")).length > 0;
      await source.runMigrations();
      // As the version before writes it.
      await source.query("insert into blobs (sha256, size) values (sha256('x'), 1)");
      expect(await isThere()).toBe(true);
      await source.undoLastMigration();
      expect(await isThere()).toBe(false);
      await source.runMigrations();
      expect(await isThere()).toBe(true);
      expect(await source.query("select size, md5, in_environment from blobs")).toEqual([
        { size: "1", md5: null, in_environment: false },
      ]);
    },
    migrations.slice(0, migrations.indexOf(Environments9) + 1),
  ));
