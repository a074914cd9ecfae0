import { fixedClock } from "@gatehouse/core/clock";
import { describe, expect, it } from "vitest";
import { deferred } from "./deferred.js";
import { type Generation, Generations } from "./generations.js";
import { versionOf } from "./ruby.test.helper.js";

const START = Date.parse("2026-11-21T10:00:00Z");

function generationsOf(layOut?: () => Promise<never>) {
  const clock = fixedClock(new Date(START));
  const laid: string[] = [];
  const removed: string[] = [];
  const released: string[] = [];
  const gone = new Set<string>();
  /** By place: the first has 1. */
  const nameOf = (place: string) => laid[Number(place) - 1] ?? "";
  const generations = new Generations({
    layOut: async (version, place) => {
      laid.push(`${version.name}@${version.version}`);
      await layOut?.();
      return {
        path: place,
        isThere: () => !gone.has(place),
        remove: async () => {
          removed.push(`${version.name}@${version.version}`);
        },
      };
    },
    release: ({ layout }) => void layout.then(({ path }) => released.push(nameOf(path))),
    clock,
  });
  const use = (name: string, version: number) =>
    generations.with(versionOf({ v: `${version}` }, { name, version }), async (one) => one);
  const after = async (seconds: number) => {
    clock.set(new Date(START + seconds * 1000));
    await generations.sweep();
  };
  return { generations, laid, removed, released, gone, use, after };
}

describe("versions on disk", () => {
  it("are laid out once, whoever asks", async () => {
    const { laid, use } = generationsOf();
    const [a, b] = await Promise.all([use("production", 1), use("production", 1)]);
    expect([laid, a === b, await a?.layout.then(({ path }) => path)]).toEqual([["production@1"], true, "1"]);
    expect((await (await use("production", 2)).layout).path).toBe("2");
    expect((await use("staging", 1)).environment).toBe("staging");
    expect(laid).toHaveLength(3);
  });

  it("go a minute after another has come, and after an hour where none has", async () => {
    const { use, after, removed, released, generations } = generationsOf();
    await use("production", 1);
    await use("staging", 1);
    await use("production", 2);
    await after(59);
    expect(removed).toEqual([]);
    await after(61);
    expect([removed, released]).toEqual([["production@1"], ["production@1"]]);
    await after(3599);
    expect(generations.size).toBe(2);
    await after(3601);
    expect([removed, generations.size]).toEqual([["production@1", "staging@1", "production@2"], 0]);
  });

  it("stay while somebody uses them", async () => {
    const { generations, after, removed, use } = generationsOf();
    const { promise, resolve } = deferred<void>();
    const begun = deferred<Generation>();
    const using = generations.with(versionOf({}, { version: 1 }), async (one) => {
      begun.resolve(one);
      await promise;
    });
    await begun.promise;
    await use("production", 2);
    await after(7200);
    expect(removed).toEqual(["production@2"]);
    resolve();
    await using;
    await after(7201);
    expect(removed).toEqual(["production@2"]);
    await after(10_900);
    expect(removed).toEqual(["production@2", "production@1"]);
  });

  it("are laid out again when somebody has removed them, once for all who ask", async () => {
    const { use, gone, laid, released, removed, after } = generationsOf();
    await use("production", 1);
    gone.add("1");
    await Promise.all([use("production", 1), use("production", 1)]);
    expect([laid, released]).toEqual([["production@1", "production@1"], ["production@1"]]);
    await after(1);
    expect(removed).toEqual(["production@1"]);
    await use("production", 1);
    expect(laid).toHaveLength(2);
  });

  it("are laid out again after a day, and the old one goes when nobody uses it", async () => {
    const { use, laid, removed, after, generations } = generationsOf();
    const { promise, resolve } = deferred<void>();
    const using = generations.with(versionOf({ v: "1" }, { version: 1 }), () => promise);
    await use("production", 1);
    await after(24 * 3600 - 1);
    await use("production", 1);
    expect(laid).toHaveLength(1);
    await after(24 * 3600);
    await use("production", 1);
    expect([laid.length, removed]).toEqual([2, []]);
    resolve();
    await using;
    await after(24 * 3600 + 1);
    expect([removed, generations.size]).toEqual([["production@1"], 1]);
  });

  it("are none after the end, which waits for what is being laid out", async () => {
    const laying = deferred<never>();
    const { use, generations } = generationsOf(() => laying.promise);
    const using = use("production", 1);
    await Promise.resolve();
    let isClosed = false;
    const closing = generations.close().then(() => {
      isClosed = true;
    });
    await expect(use("production", 2)).rejects.toMatchObject({ code: "overloaded" });
    expect(isClosed).toBe(false);
    laying.resolve(undefined as never);
    await Promise.all([using, closing]);
  });

  it("are tried again where the disk had no room", async () => {
    let tries = 0;
    const { use, generations } = generationsOf(async () => {
      if (++tries === 1) throw new Error("no space left");
      return undefined as never;
    });
    await expect(use("production", 1)).rejects.toThrow("no space left");
    expect(generations.size).toBe(0);
    await expect(use("production", 1)).resolves.toMatchObject({ environment: "production" });
  });
});
