import type { Environments } from "@gatehouse/core/environments";
import { beforeEach, describe, expect, it } from "vitest";
import { createFileBucket } from "../bucket/file-bucket.js";
import { dropStagedBlobs } from "../content/blob-rows.js";
import { sha256 } from "../content/content.test.helper.js";
import type { Queryable } from "../database.js";
import { count } from "../store.test.helper.js";
import { dropOldVersions } from "./drop-versions.js";
import { createEnvironmentRecords } from "./environment-records.js";
import { fileOf, useEnvironments } from "./environments.test.helper.js";

const { content, open, stage } = useEnvironments();
let environments: Environments;

beforeEach(async () => {
  await content.db.run(
    "truncate environment_versions, artifacts, artifact_versions, channels, blobs, blob_chunks, bucket_files cascade",
  );
  ({ environments } = open());
});

const deploy = async (name: string, ...texts: string[]) => {
  await stage(...texts);
  return environments.deploy({ name, entries: texts.map((text, i) => fileOf(`f${i}`, text)), by: "ada" });
};
/** Versions 1 to 7, each with a file of its own and one that all have. */
const sevenOf = async (name: string) => {
  for (let i = 1; i <= 7; i++) await deploy(name, `${name} ${i}`, "common");
};
const later = (days: number) =>
  content.db.run("update environment_versions set left_at = left_at - make_interval(days => $1)", [days]);
const versionsOf = async (name: string) => (await environments.versions(name)).map(({ version }) => version);
const fileBy = (text: string) => environments.fileBy("sha256", sha256(Buffer.from(text)));
const collect = async () => {
  await content.db.run("update blobs set staged_at = staged_at - interval '2 days'");
  return dropStagedBlobs(content.db, 24);
};

describe("old versions of environments", () => {
  it("go with the files that only they had, but for the five newest", async () => {
    await sevenOf("production");
    await sevenOf("other");
    await later(9);
    expect(await dropOldVersions(content.db, 10)).toBe(0);
    await later(2);
    expect(await dropOldVersions(content.db, 10)).toBe(4);
    expect(await dropOldVersions(content.db, 10)).toBe(0);
    expect(await versionsOf("production")).toEqual([7, 6, 5, 4, 3]);
    expect(await fileBy("production 2")).toBeUndefined();
    expect(await fileBy("common")).toBeDefined();
    // Two files and two lists of each environment; again there is nothing.
    expect(await collect()).toBe(8);
    expect(await collect()).toBe(0);
    for (const version of [3, 7]) {
      await environments.rollback("production", version);
      const found = (await environments.current("production"))?.entries.get("f0");
      expect(found).toMatchObject(fileOf("f0", `production ${version}`));
      expect(
        await content.store().open({ sha256: sha256(Buffer.from(`production ${version}`)), size: 12 }),
      ).toBeDefined();
    }
    await expect(environments.rollback("production", 2)).rejects.toMatchObject({ code: "not-found" });
  });

  it("stay where agents get one again, and count from when they got another", async () => {
    await sevenOf("production");
    await environments.rollback("production", 1);
    await later(11);
    expect(await dropOldVersions(content.db, 10)).toBe(1);
    expect(await versionsOf("production")).toEqual([7, 6, 5, 4, 3, 1]);
    await environments.rollback("production", 7);
    expect(await dropOldVersions(content.db, 10)).toBe(0);
    await later(11);
    expect(await dropOldVersions(content.db, 10)).toBe(1);
    expect(await versionsOf("production")).toEqual([7, 6, 5, 4, 3]);
  });

  it("of one that was withdrawn go but for the newest, so that no number comes twice", async () => {
    await sevenOf("feature");
    await environments.withdraw("feature");
    await later(11);
    expect(await dropOldVersions(content.db, 10)).toBe(6);
    expect(await deploy("feature", "again")).toMatchObject({ version: 8 });
  });

  it("leave a version that holds the same tree, and files that an agent backed up", async () => {
    await deploy("production", "one");
    for (const text of ["2", "3", "4", "5", "6"]) await deploy("production", text);
    await deploy("production", "one");
    const bucket = createFileBucket(content.db);
    await bucket.put(null, await content.file("backup", "2"), "/etc/motd");
    await later(11);
    expect(await dropOldVersions(content.db, 10)).toBe(2);
    expect(await fileBy("one")).toBeDefined();
    expect(await fileBy("2")).toBeUndefined();
    // The list of version 2; that of version 1 is the newest's too.
    expect(await collect()).toBe(1);
    expect(await bucket.find("sha256", sha256(Buffer.from("2")))).toBeDefined();
    expect(await count(content.db, "blobs where sha256 = sha256('2')")).toBe(1);
  });

  it("give their files back to a deployment that comes before collection", async () => {
    await sevenOf("production");
    await later(11);
    expect(await dropOldVersions(content.db, 10)).toBe(2);
    const entries = [fileOf("f0", "production 1")];
    await environments.deploy({ name: "production", entries, by: "ada" });
    await collect();
    expect(await content.store().open({ sha256: sha256(Buffer.from("production 1")), size: 12 })).toBeDefined();
  });
});

describe("what happens while versions are dropped", () => {
  /** The database; something is done just before the versions are dropped for good. */
  const meanwhile = (work: () => Promise<unknown>): Pick<Queryable, "run" | "transaction"> => ({
    run: content.db.run.bind(content.db),
    transaction: async (transaction) => {
      await work();
      return content.db.transaction(transaction);
    },
  });

  it.each<[string, () => Promise<unknown>]>([
    ["a deployment of their files", () => deploy("other", "production 1")],
    ["a rollback to one of them", () => environments.rollback("production", 2)],
  ])("%s keeps them", async (_, work) => {
    await sevenOf("production");
    await later(11);
    expect(await dropOldVersions(meanwhile(work), 10)).toBe(0);
    expect(await versionsOf("production")).toHaveLength(7);
    expect(await fileBy("production 1")).toBeDefined();
  });

  it("a deployment that is not committed yet keeps them, and does not wait", async () => {
    await sevenOf("production");
    await later(11);
    const entries = [fileOf("f0", "production 1")];
    await content.db.transaction(async (run, copy) => {
      const records = createEnvironmentRecords({ run, transaction: (work) => work(run, copy) });
      await records.deploy({ name: "other", entries, by: "ada" });
      expect(await dropOldVersions(content.db, 10)).toBe(0);
    });
    expect(await fileBy("production 1")).toBeDefined();
  });
});
