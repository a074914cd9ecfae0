import { describe, expect, it } from "vitest";
import { changesBetween, MOST_CHANGES } from "./changes.js";
import type { FactTree } from "./facts.js";
import { volatileFacts } from "./volatile.js";

const between = (before: unknown, after: unknown, more: readonly string[] = []) =>
  changesBetween(before as FactTree, after as FactTree, volatileFacts(more));

describe("what changed between two states of facts", () => {
  it("is nothing where they say the same in another order", () => {
    const before = { a: 1, b: { c: [1, { d: 2, e: null }], f: "x" } };
    expect(between(before, { b: { f: "x", c: [1, { e: null, d: 2 }] }, a: 1 })).toEqual([]);
  });

  it.each<[string, unknown, unknown, unknown[]]>([
    ["a value", { a: { b: 1 } }, { a: { b: 2 } }, [{ path: "a.b", before: 1, after: 2 }]],
    ["a value's type", { a: 1 }, { a: "1" }, [{ path: "a", before: 1, after: "1" }]],
    ["what came", {}, { a: null }, [{ path: "a", before: undefined, after: null }]],
    ["what went", { a: false }, {}, [{ path: "a", before: false, after: undefined }]],
    [
      "a whole branch that came",
      { n: {} },
      { n: { eth1: { ip: "x" } } },
      [{ path: "n.eth1", before: undefined, after: { ip: "x" } }],
    ],
    ["a branch in the place of a value", { a: 1 }, { a: { b: 1 } }, [{ path: "a", before: 1, after: { b: 1 } }]],
    ["an empty branch", { a: {} }, { a: 1 }, [{ path: "a", before: {}, after: 1 }]],
    ["a list, as one value", { a: [1, 2] }, { a: [1, 3] }, [{ path: "a", before: [1, 2], after: [1, 3] }]],
    ["a longer list", { a: [1] }, { a: [1, 1] }, [{ path: "a", before: [1], after: [1, 1] }]],
    ["a list in the place of a branch", { a: { 0: 1 } }, { a: [1] }, [{ path: "a", before: { 0: 1 }, after: [1] }]],
  ])("is %s", (_, before, after, expected) => {
    expect(between(before, after)).toEqual(expected);
  });

  it("is not what is volatile, nor does it stand in a branch that comes or goes", () => {
    const before = { system_uptime: { seconds: 1 }, mountpoints: { "/": { size: "1", used: "a" } } };
    expect(between(before, { system_uptime: { seconds: 2 }, mountpoints: { "/": { size: "1", used: "b" } } })).toEqual(
      [],
    );
    expect(between(before, { mountpoints: { "/": { size: "1" }, "/new": { size: "9", used: "c" } } })).toEqual([
      { path: "mountpoints./new", before: undefined, after: { size: "9" } },
    ]);
    expect(between({}, { load_averages: { "1m": 0 }, memory: { swap: { used: 1 } } })).toEqual([]);
    expect(between({ x: 1 }, { x: 2 }, ["x"])).toEqual([]);
  });

  it("takes names that every object has for names", () => {
    const [before, after] = ['{"__proto__":{"x":1},"constructor":1}', '{"__proto__":{"x":2},"toString":1}'].map(
      (text) => JSON.parse(text),
    );
    expect(between(before, after)).toEqual([
      { path: "__proto__.x", before: 1, after: 2 },
      { path: "constructor", before: 1, after: undefined },
      { path: "toString", before: undefined, after: 1 },
    ]);
  });

  it("is bounded: values, paths, and how many", () => {
    const [value] = between({ a: "x".repeat(10_000) }, { a: "x".repeat(4_000) });
    expect(value?.before).toBe(`"${"x".repeat(4_094)}…`);
    expect(value?.after).toBe("x".repeat(4_000));
    expect(between({}, { ["k".repeat(5_000)]: 1 })[0]?.path).toHaveLength(1024);
    const many = Object.fromEntries(Array.from({ length: MOST_CHANGES + 7 }, (_, i) => [`k${i}`, i]));
    const all = between({}, many);
    expect(all).toHaveLength(MOST_CHANGES + 1);
    expect(all.at(-1)).toEqual({ path: "", before: undefined, after: { more: 7 } });
  });
});
