import { expect, it } from "vitest";
import { AppliedDocuments7 } from "./0007-applied-documents.js";
import { migrations } from "./index.js";
import { useEmptyDatabase } from "./migration.test.helper.js";

const { withSource } = useEmptyDatabase();

it("the migration to applied documents can be undone and done again, and leaves blobs as they were", () =>
  withSource(
    async (source) => {
      const isThere = async (): Promise<boolean> =>
        (await source.query("select 1 from pg_tables where tablename = 'applied_documents'")).length > 0;
      await source.runMigrations();
      await source.query("insert into blobs (sha256, size) values (sha256('x'), 1)");
      expect(await isThere()).toBe(true);
      await source.undoLastMigration();
      expect(await isThere()).toBe(false);
      await source.runMigrations();
      expect(await isThere()).toBe(true);
      expect(await source.query("select size, staged_at from blobs")).toEqual([{ size: "1", staged_at: null }]);
    },
    migrations.slice(0, migrations.indexOf(AppliedDocuments7) + 1),
  ));
