import { existsSync, readdirSync, statSync } from "node:fs";
import { rm, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { count } from "../store.test.helper.js";
import { bytesOf, sha256, sourceOf, useContent } from "./content.test.helper.js";

const content = useContent();
const BIG = bytesOf("big", 3.5 * (1 << 20));
const SMALL = bytesOf("small", 1000);
const refOf = (bytes: Buffer) => ({ sha256: sha256(bytes), size: bytes.length });
const placeOf = (bytes: Buffer) => path.join(content.cacheDir, sha256(bytes).slice(0, 2), sha256(bytes).slice(2));
const laidFiles = () =>
  readdirSync(content.cacheDir, { recursive: true, withFileTypes: true }).filter((at) => at.isFile());

beforeAll(async () => {
  await content.publish("big", BIG);
  await content.publish("small", SMALL);
});

describe("ContentStore.open", () => {
  it("lays a big blob on disk from its chunk rows", async () => {
    const chunks = "blob_chunks c join blobs b on b.id = c.blob_id where b.sha256 = $1";
    expect(await count(content.db, chunks, [Buffer.from(sha256(BIG), "hex")])).toBe(4);
    const laid = await content.store().open(refOf(BIG));
    expect(laid).toEqual({ ...refOf(BIG), path: placeOf(BIG) });
    expect((await sourceOf(laid)).equals(BIG)).toBe(true);
    if (process.platform !== "win32") expect(statSync(placeOf(BIG)).mode & 0o077).toBe(0);
  });

  it("hands a small blob out as bytes, from memory the second time", async () => {
    const store = content.store();
    expect(await store.open(refOf(SMALL))).toEqual({ ...refOf(SMALL), bytes: SMALL });
    await rm(placeOf(SMALL));
    expect(await store.open(refOf(SMALL))).toEqual({ ...refOf(SMALL), bytes: SMALL });
    expect(existsSync(placeOf(SMALL))).toBe(false);
  });

  it("takes an empty file for what it is", async () => {
    const empty = Buffer.alloc(0);
    expect(await content.publish("empty", empty)).toMatchObject({ ...refOf(empty), version: 1, changed: true });
    for (const store of [content.store(), content.store()])
      expect(await store.open(refOf(empty))).toEqual({ ...refOf(empty), bytes: empty });
  });

  it.each([256 * 1024, 256 * 1024 + 1, 1 << 20, (1 << 20) + 1])("gives back %i bytes as they were", async (size) => {
    const bytes = bytesOf("edge", size);
    await content.publish(`edge ${size}`, bytes);
    expect((await sourceOf(await content.store().open(refOf(bytes)))).equals(bytes)).toBe(true);
  });

  const flipped = (bytes: Buffer) => Buffer.from(bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte)));
  const damages: [string, (file: string, bytes: Buffer) => Promise<void>][] = [
    ["deleted", (file) => rm(file)],
    ["truncated", (file) => truncate(file, 10)],
    ["emptied", (file) => truncate(file, 0)],
    ["longer", (file, bytes) => writeFile(file, Buffer.concat([bytes, bytes]))],
    ["corrupted in its full length", (file, bytes) => writeFile(file, flipped(bytes))],
  ];
  describe.each([
    ["big", BIG],
    ["small", SMALL],
  ])("of a %s blob", (_, bytes) => {
    it.each(damages)("lays it again when its file was %s", async (_, damage) => {
      await content.store().open(refOf(bytes));
      await damage(placeOf(bytes), bytes);
      const store = content.store();
      for (let i = 0; i < 2; i++) expect((await sourceOf(await store.open(refOf(bytes)))).equals(bytes)).toBe(true);
    });
  });

  it("lays it again when its file is damaged while the gateway runs", async () => {
    const store = content.store();
    for (const [, damage] of damages) {
      await store.open(refOf(BIG));
      await damage(placeOf(BIG), BIG);
      expect((await sourceOf(await store.open(refOf(BIG)))).equals(BIG)).toBe(true);
    }
  });

  it("lays a blob once for many that ask at once, and leaves no other file", async () => {
    const store = content.store();
    await rm(content.cacheDir, { recursive: true });
    const laid = await Promise.all(Array.from({ length: 30 }, () => store.open(refOf(BIG))));
    expect(new Set(laid.map((blob) => ("path" in blob ? blob.path : "")))).toEqual(new Set([placeOf(BIG)]));
    expect(laidFiles().map(({ name }) => name)).toEqual([path.basename(placeOf(BIG))]);
  });

  it("knows no blob that was not stored", async () => {
    const unknown = refOf(bytesOf("unknown", 10));
    await expect(content.store().open(unknown)).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("a blob that is damaged in the database", () => {
  const where = "from blobs b where b.id = blob_id and b.sha256 = $1 and seq = 0";
  it.each([
    ["other bytes", `update blob_chunks set bytes = set_byte(bytes, 0, get_byte(bytes, 0) # 1) ${where}`],
    ["too few bytes", `update blob_chunks set bytes = substr(bytes, 2) ${where}`],
    ["too many bytes", `update blob_chunks set bytes = bytes || bytes ${where}`],
    ["a chunk missing", "delete from blob_chunks using blobs b where b.id = blob_id and b.sha256 = $1 and seq = 0"],
  ])("is an error, never other bytes: %s", async (name, damage) => {
    for (const bytes of [bytesOf(name, 1000), bytesOf(name, 2.5 * (1 << 20))]) {
      await content.publish(`damaged ${bytes.length} ${name}`, bytes);
      await content.db.run(damage, [Buffer.from(sha256(bytes), "hex")]);
      await expect(content.store().open(refOf(bytes))).rejects.toThrow();
      expect(existsSync(placeOf(bytes))).toBe(false);
      expect(laidFiles().filter(({ name: file }) => file.includes(path.basename(placeOf(bytes))))).toEqual([]);
    }
  });
});
