import { CURRENT } from "@gatehouse/core/content";
import { beforeEach, describe, expect, it } from "vitest";
import { count } from "../store.test.helper.js";
import { dropStagedBlobs } from "./blob-rows.js";
import { bytesOf, sha256, sourceOf, useContent } from "./content.test.helper.js";
import { createContentRecords } from "./content-records.js";

const content = useContent();
const BYTES = bytesOf("staged", 2_500_000);
const stage = async (bytes: Buffer) => content.store().stage(await content.file(`staged ${Math.random()}`, bytes));
const refOf = (bytes: Buffer) => ({ sha256: sha256(bytes), size: bytes.length });
const publication = (name: string, bytes: Buffer) => ({
  kind: "k",
  name,
  channel: CURRENT,
  sha256: sha256(bytes),
  by: "ada",
  warnings: [],
});
const age = (hours: number) =>
  content.db.run("update blobs set staged_at = staged_at - make_interval(hours => $1)", [hours]);

beforeEach(async () => {
  await content.db.run("truncate artifacts, artifact_versions, channels, blobs, blob_chunks cascade");
});

describe("content that is staged", () => {
  it("is there, in no list, and can be looked at", async () => {
    expect(await stage(BYTES)).toEqual(refOf(BYTES));
    expect(await stage(BYTES)).toEqual(refOf(BYTES));
    expect(await content.store().stored([sha256(BYTES), "00".repeat(32), "", "xyz"])).toEqual([refOf(BYTES)]);
    expect(await content.store().list("k")).toEqual([]);
    expect((await sourceOf(await content.store().open(refOf(BYTES)))).equals(BYTES)).toBe(true);
  });

  it("is published by its digest", async () => {
    await stage(BYTES);
    const published = await content.store().publish(publication("Web", BYTES));
    expect(published).toMatchObject({ ...refOf(BYTES), version: 1, changed: true });
    expect(await content.store().publish(publication("WEB", BYTES))).toEqual({ ...published, changed: false });
    expect(await count(content.db, "blob_chunks")).toBe(3);
  });

  it("cannot be published when it is not there", async () => {
    await expect(content.store().publish(publication("Web", BYTES))).rejects.toMatchObject({ code: "conflict" });
    expect(await count(content.db, "artifacts")).toBe(0);
  });

  it("is collected when its day is over, and not before", async () => {
    await stage(BYTES);
    await age(23);
    expect(await dropStagedBlobs(content.db, 24)).toBe(0);
    await age(2);
    expect(await dropStagedBlobs(content.db, 24)).toBe(1);
    expect([await count(content.db, "blobs"), await count(content.db, "blob_chunks")]).toEqual([0, 0]);
  });

  it.each([
    ["staged again", () => stage(BYTES)],
    ["asked for", () => content.store().stored([sha256(BYTES)])],
  ])("has a day again when it is %s", async (_, touch) => {
    await stage(BYTES);
    await age(30);
    await touch();
    expect(await dropStagedBlobs(content.db, 24)).toBe(0);
    expect(await count(content.db, "blobs")).toBe(1);
  });

  it.each([
    ["by its digest", () => content.store().publish(publication("Web", BYTES))],
    ["as a file", () => content.publish("Web", BYTES)],
  ])("is kept for good once it is published %s", async (_, publish) => {
    await stage(BYTES);
    await publish();
    await stage(BYTES);
    await content.db.run("update blobs set created_at = now() - interval '9 days'");
    await age(30);
    expect(await dropStagedBlobs(content.db, 24)).toBe(0);
    expect((await sourceOf(await content.store().open(refOf(BYTES)))).equals(BYTES)).toBe(true);
  });

  it("is kept where a version before this one published it, which knew nothing of staging", async () => {
    await stage(BYTES);
    await content.publish("Web", BYTES);
    await content.db.run("update blobs set staged_at = now() - interval '9 days'");
    expect(await dropStagedBlobs(content.db, 24)).toBe(0);
  });

  it("is collected in rounds, however many there are", async () => {
    for (let i = 0; i < 12; i++) await stage(Buffer.from(`small ${i}`));
    await age(30);
    expect(await dropStagedBlobs(content.db, 24)).toBe(12);
  });

  it("is not collected under a transaction that publishes it", async () => {
    await stage(BYTES);
    await age(30);
    await content.db.atomically(async (bound) => {
      await createContentRecords(bound).publish(publication("Web", BYTES));
      expect(await dropStagedBlobs(content.db, 24)).toBe(0);
    });
    expect(await dropStagedBlobs(content.db, 24)).toBe(0);
    expect(await content.store().list("k")).toMatchObject([{ name: "Web", sha256: sha256(BYTES) }]);
  });

  it("stays staged when the transaction that publishes it is undone", async () => {
    await stage(BYTES);
    const undone = content.db.atomically(async (bound) => {
      await createContentRecords(bound).publish(publication("Web", BYTES));
      throw new Error("undone");
    });
    await expect(undone).rejects.toThrow("undone");
    await age(30);
    expect(await dropStagedBlobs(content.db, 24)).toBe(1);
  });
});

describe("small content that is staged together", () => {
  const texts = Array.from({ length: 300 }, (_, i) => Buffer.from(i === 0 ? "" : `small ${i}`));

  it("is there as if each had come alone, twice or not", async () => {
    await stage(texts[1] as Buffer);
    await age(30);
    const twice = [...texts, ...texts];
    expect(await content.store().stageSmall(twice)).toEqual(twice.map(refOf));
    expect(await count(content.db, "blobs")).toBe(300);
    expect(await count(content.db, "blob_chunks")).toBe(299);
    expect(await count(content.db, "blobs where staged_at > now() - interval '1 hour'")).toBe(300);
    expect(await count(content.db, "blobs where md5 is null")).toBe(0);
    for (const bytes of texts.slice(0, 3))
      expect((await sourceOf(await content.store().open(refOf(bytes)))).equals(bytes)).toBe(true);
    expect(await content.store().stageSmall([])).toEqual([]);
  });

  it("does not wait for others that stage the same in another order, and leaves alone what is published", async () => {
    await content.publish("Web", texts[7] as Buffer);
    const orders = Array.from({ length: 8 }, (_, i) => [...texts.slice(i * 30), ...texts.slice(0, i * 30)]);
    await Promise.all(orders.map((order) => content.store().stageSmall(order)));
    expect(await count(content.db, "blobs where staged_at is null")).toBe(1);
  });
});

describe("a channel that is withdrawn", () => {
  it("is nobody's head any more, on this gateway at once; its versions stay, and it can be published again", async () => {
    const store = content.store();
    await store.watch();
    try {
      await content.publish("Web", "one");
      expect(await store.heads("k", ["web"], CURRENT)).toHaveLength(1);
      expect(await store.withdraw("k", "WEB", CURRENT)).toBe(true);
      expect(await store.heads("k", ["web"], CURRENT)).toEqual([]);
      expect(await store.withdraw("k", "WEB", CURRENT)).toBe(false);
      expect(await store.versions("k", "web")).toMatchObject([{ version: 1, current: false }]);
      expect(await content.publish("Web", "one")).toMatchObject({ version: 2, changed: true });
    } finally {
      await store.close();
    }
  });
});
