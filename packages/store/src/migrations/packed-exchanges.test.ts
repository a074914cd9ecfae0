import { expect, it } from "vitest";
import { partitionStatement } from "../partitions.js";
import { PackedExchanges19 } from "./0019-packed-exchanges.js";
import { migrations } from "./index.js";
import { useEmptyDatabase } from "./migration.test.helper.js";

const { withSource } = useEmptyDatabase();
const AT = migrations.indexOf(PackedExchanges19);
/** An exchange as the version before stores it. */
const OLD = `with content as (
    insert into exchange_contents (id, content) select gen_random_uuid(), 'old' returning id)
  insert into exchanges (request_id, protocol, route, method, path, status, milliseconds, request_bytes, content_id, content_start)
  select gen_random_uuid(), 'dsc', 'r', 'GET', '/', 200, 1, 0, id, 0 from content`;

it("the migration to packed exchanges leaves nothing that is written in another way, and can be undone and done again", async () => {
  await withSource(
    async (source) => {
      await source.runMigrations();
      const today = new Date().toISOString().slice(0, 10);
      for (const table of ["exchanges", "exchange_contents"]) await source.query(partitionStatement(table, today));
      await source.query(
        "insert into recordings (spec, most, megabytes, created_by, ends_at) values ('{}', 1, 1, 'a', now())",
      );
      await source.query(OLD);
    },
    migrations.slice(0, AT),
  );
  await withSource(
    async (source) => {
      const counts = () =>
        source.query(`select (select count(*)::int from exchanges) as exchanges, (select count(*)::int from recordings) as recordings,
            (select count(*)::int from exchange_contents) as contents`);
      const isIndexed = async () =>
        (await source.query("select from pg_indexes where indexname = 'exchanges_node'")).length === 1;
      await source.runMigrations();
      expect(await counts()).toEqual([{ exchanges: 0, recordings: 1, contents: 0 }]);
      expect(await isIndexed()).toBe(false);
      // A gateway of the version before: what it records could not be read.
      await expect(source.query(OLD)).rejects.toThrow(/"exchanges"/);
      await source.undoLastMigration();
      expect(await isIndexed()).toBe(true);
      await source.query(OLD);
      await source.runMigrations();
      expect(await counts()).toEqual([{ exchanges: 0, recordings: 1, contents: 0 }]);
    },
    migrations.slice(0, AT + 1),
  );
});
