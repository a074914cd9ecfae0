import type { DataSource } from "typeorm";
import { describe, expect, it } from "vitest";
import { GroupsAndFacts5 } from "./0005-groups-and-facts.js";
import { migrations } from "./index.js";
import { useEmptyDatabase } from "./migration.test.helper.js";

const { withSource } = useEmptyDatabase();
const at = migrations.indexOf(GroupsAndFacts5);
/** With the schema as so many of the migrations make it. */
const migrated = <T>(count: number, work: (source: DataSource) => Promise<T>): Promise<T> =>
  withSource(
    async (source) => {
      await source.runMigrations();
      return work(source);
    },
    migrations.slice(0, count),
  );

/** All that the migration could leave behind or forget. */
const schema = (source: DataSource): Promise<unknown> =>
  source.query(
    `select 'column ' || table_name || '.' || column_name as what from information_schema.columns where table_schema = current_schema()
     union all select indexdef from pg_indexes where schemaname = current_schema()
     union all select 'function ' || proname || pg_get_function_arguments(oid) from pg_proc where pronamespace = current_schema()::regnamespace
     union all select 'trigger ' || tgname from pg_trigger where not tgisinternal
     union all select 'options ' || relname || array_to_string(reloptions, ',') from pg_class where relnamespace = current_schema()::regnamespace and reloptions is not null
     order by 1`,
  );

describe("the migration to groups and facts", () => {
  it("can be undone and done again, and keeps the nodes that there are", async () => {
    const old = await migrated(at, schema);
    await migrated(at + 1, async (source) => {
      const fresh = await schema(source);
      expect(fresh).not.toEqual(old);
      await source.undoLastMigration();
      expect(await schema(source)).toEqual(old);
      await source.query("insert into nodes (name) values ('before')");
      await source.runMigrations();
      expect(await schema(source)).toEqual(fresh);
      const nodes = () => source.query("select name, revision::int from nodes");
      expect(await nodes()).toEqual([{ name: "before", revision: 1 }]);
      // The version before knows nothing of revisions, and must go on working on this schema.
      await source.query("update nodes set name = 'after'");
      expect(await nodes()).toEqual([{ name: "after", revision: 2 }]);
    });
  });
});
