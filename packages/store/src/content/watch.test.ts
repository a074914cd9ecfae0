import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { Database } from "../database.js";
import { createTestDatabase, type TestDatabase } from "../testing/index.js";
import { BlobCache } from "./blob-cache.js";
import { createContentStore, type WatchedContentStore } from "./content-store.js";

let database: TestDatabase;
let dir: string;
const dbs: Database[] = [];
const stores: WatchedContentStore[] = [];

beforeAll(async () => {
  database = await createTestDatabase(inject("databaseUrl"));
  dir = await mkdtemp(path.join(tmpdir(), "gatehouse-watch-"));
  for (const name of ["one", "two"]) {
    const db = await Database.open({ url: database.url });
    const store = createContentStore(db, new BlobCache(db, path.join(dir, name)));
    await store.watch();
    dbs.push(db);
    stores.push(store);
  }
});
afterAll(async () => {
  for (const store of stores) await store.close();
  for (const db of dbs) await db.close();
  await database.drop();
  await rm(dir, { recursive: true, force: true });
});

const [KIND, NAME, CHANNEL] = ["dsc-configuration", "Web", "current"] as const;
const versionAt = async (store: WatchedContentStore) => (await store.heads(KIND, [NAME], CHANNEL))[0]?.version;

async function publish(store: WatchedContentStore, text: string): Promise<number> {
  const file = path.join(dir, "file");
  writeFileSync(file, text);
  return (await store.publish({ kind: KIND, name: NAME, channel: CHANNEL, file, by: "test", warnings: [] })).version;
}

describe("a head that moves on one replica", () => {
  it("is seen at once there, and soon on the other, also after their connections broke", async () => {
    const [one, two] = stores as [WatchedContentStore, WatchedContentStore];
    for (let round = 1; round <= 3; round++) {
      await Promise.all([versionAt(one), versionAt(two)]);
      const version = await publish(one, `round ${round}`);
      expect(await versionAt(one)).toBe(version);
      await expect.poll(() => versionAt(two), { timeout: 10_000 }).toBe(version);
      await one.moveChannel(KIND, NAME, CHANNEL, 1);
      expect(await versionAt(one)).toBe(1);
      await expect.poll(() => versionAt(two), { timeout: 10_000 }).toBe(1);
      const ended =
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gatehouse-notifications' and datname = current_database()";
      await expect.poll(() => dbs[0]?.run(ended), { timeout: 10_000 }).not.toHaveLength(0);
    }
  });
});
