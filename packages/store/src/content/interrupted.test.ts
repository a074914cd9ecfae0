import { appendFileSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { CURRENT } from "@gatehouse/core/content";
import { beforeEach, describe, expect, it } from "vitest";
import type { Database, Run } from "../database.js";
import { count } from "../store.test.helper.js";
import { BlobCache } from "./blob-cache.js";
import { bytesOf, useContent } from "./content.test.helper.js";
import { createContentStore } from "./content-store.js";

const content = useContent();
const TABLES = ["artifacts", "artifact_versions", "channels", "blobs", "blob_chunks"];
const rows = async () =>
  Object.fromEntries(await Promise.all(TABLES.map(async (name) => [name, await count(content.db, name)])));

/** The real database; just before a statement that begins so, something happens to the world outside it. */
function happening(before: string, happens: (run: Run) => unknown): Database {
  const transaction = <T>(work: (run: Run) => Promise<T>) =>
    content.db.transaction((run) =>
      work(async (statement, values) => {
        const text = typeof statement === "string" ? statement : statement.text;
        if (text.startsWith(before)) await happens(run);
        return run(statement, values);
      }),
    );
  return Object.create(content.db, {
    transaction: { value: transaction },
    notifications: { value: content.db.notifications.bind(content.db) },
  }) as Database;
}

const publishOn = (db: Database, file: string, name = "half") =>
  createContentStore(db, new BlobCache(db, content.cacheDir)).publish({
    kind: "k",
    name,
    channel: CURRENT,
    file,
    by: "somebody",
    warnings: [],
  });

describe("a publication that fails half-way", () => {
  let before: Record<string, number>;
  beforeEach(async () => {
    await content.publish("whole", "whole");
    before = await rows();
  });

  it("leaves no rows when its file is not there", async () => {
    await expect(publishOn(content.db, "/nowhere/at/all")).rejects.toMatchObject({ code: "ENOENT" });
    expect(await rows()).toEqual(before);
  });

  it("leaves no rows when its file vanishes, and does not blame the database", async () => {
    const file = await content.file("vanishing", bytesOf("vanishing", 3 << 20));
    await expect(
      publishOn(
        happening("insert into blobs", () => rmSync(file)),
        file,
      ),
    ).rejects.toMatchObject({
      code: "ENOENT",
    });
    expect(await rows()).toEqual(before);
  });

  it.each([
    ["grows", (file: string) => appendFileSync(file, "more")],
    ["shrinks", (file: string) => writeFile(file, "less")],
    ["is emptied", (file: string) => writeFile(file, "")],
    ["changes", (file: string) => writeFile(file, bytesOf("changed", 3 << 20))],
  ])("leaves no rows when its file %s", async (_, change) => {
    const file = await content.file("changing", bytesOf("changing", 3 << 20));
    await expect(
      publishOn(
        happening("insert into blobs", () => change(file)),
        file,
      ),
    ).rejects.toThrow(/changed/);
    expect(await rows()).toEqual(before);
  });

  it.each(["insert into blob_chunks", "insert into artifact_versions", "insert into channels"])(
    "leaves no rows when the connection breaks before %s",
    async (statement) => {
      const file = await content.file("cut", bytesOf(statement, 3 << 20));
      const cut = async (run: Run) => {
        const [own] = await run<{ pid: number }>("select pg_backend_pid() as pid");
        await content.db.run("select pg_terminate_backend($1)", [own?.pid]);
      };
      await expect(publishOn(happening(statement, cut), file)).rejects.toMatchObject({ code: "database-unavailable" });
      expect(await rows()).toEqual(before);
    },
  );

  it("can be done again", async () => {
    const file = await content.file("again", bytesOf("again", 3 << 20));
    await expect(
      publishOn(
        happening("insert into channels", () => Promise.reject(new Error("a fault"))),
        file,
        "again",
      ),
    ).rejects.toThrow("a fault");
    expect(await publishOn(content.db, file, "again")).toMatchObject({ version: 1, changed: true });
  });
});
