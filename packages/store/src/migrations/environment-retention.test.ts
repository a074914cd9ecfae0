import type { DataSource } from "typeorm";
import { expect, it } from "vitest";
import { EnvironmentRetention11 } from "./0011-environment-retention.js";
import { migrations } from "./index.js";
import { useEmptyDatabase } from "./migration.test.helper.js";

const { withSource } = useEmptyDatabase();
const before = migrations.slice(0, migrations.indexOf(EnvironmentRetention11));
const left = (source: DataSource) =>
  source.query("select version_id::int as id, left_at is not null as left from environment_versions order by 1");

it("versions that were there before have been left now, but for current ones; it can be undone and done again", async () => {
  await withSource(async (source) => {
    await source.runMigrations();
    await source.query(
      "insert into artifacts (kind, name, name_key) values ('puppet-environment', 'production', 'production')",
    );
    await source.query("insert into blobs (sha256, size) values (sha256('x'), 1)");
    for (const number of [1, 2])
      await source.query(
        `insert into artifact_versions (artifact_id, channel, number, blob_id, published_by, warnings)
         select a.id, 'current', $1, b.id, 'ada', '[]' from artifacts a, blobs b`,
        [number],
      );
    await source.query(
      "insert into environment_versions (version_id, tree, files, bytes) select id, sha256('x'), 0, 0 from artifact_versions",
    );
    await source.query(
      "insert into channels (artifact_id, name, version_id) select artifact_id, 'current', id from artifact_versions where number = 2",
    );
  }, before);
  await withSource(async (source) => {
    await source.runMigrations();
    expect(await left(source)).toEqual([
      { id: 1, left: true },
      { id: 2, left: false },
    ]);
    await source.query("update channels set version_id = 1");
    expect(await left(source)).toEqual([
      { id: 1, left: false },
      { id: 2, left: true },
    ]);
    await source.query("delete from channels");
    expect(await left(source)).toMatchObject([{ left: true }, { left: true }]);
  });
  await withSource(async (source) => {
    await source.undoLastMigration();
    await source.runMigrations();
  });
});
