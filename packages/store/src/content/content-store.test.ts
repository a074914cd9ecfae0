import { CURRENT } from "@gatehouse/core/content";
import { describe, expect, it } from "vitest";
import { count } from "../store.test.helper.js";
import { bytesOf, sha256, sourceOf, useContent } from "./content.test.helper.js";

const content = useContent();
const open = async (head: { sha256: string; size: number } | undefined) =>
  head && sourceOf(await content.store().open({ sha256: head.sha256, size: head.size }));

describe("ContentStore.publish", () => {
  it("makes the first version, and points the channel at it", async () => {
    const published = await content.publish("Web", "first", { warnings: ["mind"] });
    const head = { name: "Web", channel: CURRENT, version: 1, sha256: sha256(Buffer.from("first")), size: 5 };
    expect(published).toEqual({ ...head, changed: true });
    expect(await content.store().heads("k", ["web", "WEB", "unknown"], CURRENT)).toEqual([head]);
    expect(await content.store().versions("k", "wEB")).toEqual([
      expect.objectContaining({ version: 1, publishedBy: "somebody", warnings: ["mind"], current: true }),
    ]);
  });

  it("makes nothing of the bytes that are there already, in any spelling of the name", async () => {
    const first = await content.publish("Same", "bytes");
    const again = await content.publish("SAME", "bytes");
    expect(again).toEqual({ ...first, changed: false });
    expect(await content.store().versions("k", "same")).toHaveLength(1);
  });

  it("rolls back byte for byte, and forward again", async () => {
    const bytes = [1, 2, 3].map((n) => bytesOf(`version ${n}`, 2000 * n));
    for (const version of bytes) await content.publish("Rolled", version);
    const current = async () => (await content.store().heads("k", ["rolled"], CURRENT))[0];
    for (const version of [3, 1, 2, 3]) {
      const moved = await content.store().moveChannel("k", "ROLLED", CURRENT, version);
      expect(moved).toEqual({ ...(await current()), version, name: "Rolled" });
      expect(await open(await current())).toEqual(bytes[version - 1]);
    }
    const versions = await content.store().versions("k", "rolled");
    expect(versions.map(({ version, current: is }) => [version, is])).toEqual([
      [3, true],
      [2, false],
      [1, false],
    ]);
  });

  it("publishes bytes of an older version as a new one", async () => {
    for (const text of ["a", "b", "a"]) await content.publish("Again", text);
    expect((await content.store().versions("k", "again")).map(({ version }) => version)).toEqual([3, 2, 1]);
    expect(await count(content.db, "blobs where sha256 = $1", [Buffer.from(sha256(Buffer.from("a")), "hex")])).toBe(1);
  });

  it("keeps channels apart, and numbers through all of them", async () => {
    await content.publish("Module", "one", { channel: "1.0" });
    await content.publish("module", "two", { channel: "2.0" });
    await content.publish("MODULE", "one", { channel: "3.0" });
    const heads = await content.store().channels("k", "Module");
    expect(heads.map(({ channel, version }) => [channel, version]).toSorted()).toEqual([
      ["1.0", 1],
      ["2.0", 2],
      ["3.0", 3],
    ]);
    expect(await content.store().heads("k", ["module"], "2.0")).toEqual([expect.objectContaining({ version: 2 })]);
    expect(await content.store().heads("k", ["module"], CURRENT)).toEqual([]);
    // A version belongs to the channel it was published in.
    expect(await content.store().moveChannel("k", "module", "1.0", 2)).toBeUndefined();
  });

  it.each([
    ["another name", "nothing", CURRENT, 1],
    ["another channel", "moved", "other", 1],
    ["another version", "moved", CURRENT, 2],
    ["what PostgreSQL cannot hold", "\0", "\0", 1],
  ])("moves no channel to %s", async (_, name, channel, version) => {
    await content.publish("Moved", "there");
    expect(await content.store().moveChannel("k", name, channel, version)).toBeUndefined();
    expect(await content.store().heads("k", ["moved"], CURRENT)).toEqual([expect.objectContaining({ version: 1 })]);
  });

  it("keeps kinds apart, and lists one by name", async () => {
    for (const name of ["b", "C", "a"]) await content.publish(name, name, { kind: "other" });
    expect((await content.store().list("other")).map(({ name }) => name)).toEqual(["a", "b", "C"]);
    expect(await content.store().versions("k", "c")).toEqual([]);
    for (const name of ["", "%", "\0", "'; drop table blobs;--"]) {
      expect(await content.store().channels("other", name)).toEqual([]);
      expect(await content.store().versions("other", name)).toEqual([]);
      expect(await content.store().heads("other", [name], CURRENT)).toEqual([]);
    }
  });

  it("gives twenty concurrent publications of one name a number each", async () => {
    const published = await Promise.all(
      Array.from({ length: 20 }, (_, i) => content.publish(i % 2 ? "Crowd" : "crowd", `bytes ${i}`)),
    );
    expect(published.every(({ changed }) => changed)).toBe(true);
    expect(published.map(({ version }) => version).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    const versions = await content.store().versions("k", "crowd");
    expect(versions.filter(({ current }) => current).map(({ version }) => version)).toEqual([20]);
  });

  it("makes one version of twenty concurrent publications of the same bytes, and one blob for many names", async () => {
    const same = await Promise.all(Array.from({ length: 20 }, () => content.publish("Once", "very same")));
    expect(same.filter(({ changed }) => changed)).toHaveLength(1);
    expect(new Set(same.map(({ version }) => version))).toEqual(new Set([1]));
    const bytes = bytesOf("shared", 3 << 20);
    await Promise.all(Array.from({ length: 5 }, (_, i) => content.publish(`shared ${i}`, bytes)));
    expect(await count(content.db, "blobs where sha256 = $1", [Buffer.from(sha256(bytes), "hex")])).toBe(1);
  });
});
