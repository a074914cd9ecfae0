import type { Head } from "@gatehouse/core/content";
import { describe, expect, it } from "vitest";
import { HeadCache } from "./head-cache.js";

const head = (version: number): Head => ({ name: "Web", channel: "current", version, sha256: "00", size: 1 });

function cacheOver(read: () => Promise<Head[]>, trusted = () => true) {
  let reads = 0;
  const counted = () => {
    reads++;
    return read();
  };
  const cache = new HeadCache({ named: counted, all: counted }, trusted);
  const list = () => cache.headsOf("dsc-configuration");
  return { cache, ask: () => cache.heads("dsc-configuration", ["web"], "current"), list, reads: () => reads };
}

describe("HeadCache", () => {
  it("reads once, whatever the letter case, until a head moves", async () => {
    let version = 1;
    const { cache, ask, reads } = cacheOver(async () => [head(version)]);
    expect(await ask()).toEqual([head(1)]);
    expect(await cache.heads("dsc-configuration", ["WEB"], "current")).toEqual([head(1)]);
    expect(reads()).toBe(1);
    version = 2;
    cache.forget();
    expect(await ask()).toEqual([head(2)]);
  });

  it("keeps also that there is nothing", async () => {
    const { ask, reads } = cacheOver(async () => []);
    expect([await ask(), await ask(), reads()]).toEqual([[], [], 1]);
  });

  it("does not keep what was read while a head moved", async () => {
    let release: (heads: Head[]) => void = () => undefined;
    const { cache, ask, reads } = cacheOver(
      () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    );
    const slow = ask();
    cache.forget();
    release([head(1)]);
    expect(await slow).toEqual([head(1)]);
    const again = ask();
    release([head(2)]);
    expect([await again, reads()]).toEqual([[head(2)], 2]);
  });

  it("asks the database every time while moves are not heard of", async () => {
    const { ask, reads } = cacheOver(
      async () => [head(1)],
      () => false,
    );
    await ask();
    await ask();
    expect(reads()).toBe(2);
  });

  it("keeps the list of a kind likewise", async () => {
    let version = 1;
    let trusted = true;
    const { cache, list, reads } = cacheOver(
      async () => [head(version)],
      () => trusted,
    );
    expect([await list(), await list(), reads()]).toEqual([[head(1)], [head(1)], 1]);
    version = 2;
    cache.forget();
    expect([await list(), reads()]).toEqual([[head(2)], 2]);
    trusted = false;
    await list();
    expect(reads()).toBe(3);
  });

  it("does not keep a list that was read while a head moved", async () => {
    let release: (heads: Head[]) => void = () => undefined;
    const { cache, list, reads } = cacheOver(
      () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    );
    const slow = list();
    cache.forget();
    release([head(1)]);
    expect(await slow).toEqual([head(1)]);
    const again = list();
    release([head(2)]);
    expect([await again, reads()]).toEqual([[head(2)], 2]);
  });
});
