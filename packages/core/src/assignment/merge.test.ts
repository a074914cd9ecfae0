import { describe, expect, it } from "vitest";
import type { SettingMerge } from "../groups/index.js";
import { mergeValues } from "./merge.js";

describe("mergeValues", () => {
  it.each<[SettingMerge, unknown[], unknown, boolean[]]>([
    ["replace", [["a"], ["b"]], ["a"], [true, false]],
    ["replace", [null, "x"], null, [true, false]],
    ["union", [["a", "b"], ["b", "c"], ["a"]], ["a", "b", "c"], [true, true, false]],
    ["union", [["a", "a"]], ["a"], [true]],
    ["union", [[{ x: 1 }], [{ x: 1 }, { x: 2 }]], [{ x: 1 }, { x: 2 }], [true, true]],
    ["union", ["a", ["a"], "b"], ["a", "b"], [true, false, true]],
    ["union", [[], []], [], [false, false]],
    ["deep", [{ a: { b: 1 } }, { a: { b: 2, c: 3 }, d: 4 }], { a: { b: 1, c: 3 }, d: 4 }, [true, true]],
    ["deep", [{ a: [1] }, { a: [2] }], { a: [1] }, [true, false]],
    ["deep", [{ a: null }, { a: { b: 1 } }], { a: null }, [true, false]],
    ["deep", ["x", { a: 1 }], "x", [true, false]],
    ["deep", [{}, { a: 1 }, { a: 2 }, { b: 3 }], { a: 1, b: 3 }, [true, true, false, true]],
  ])("%s of %j is %j", (merge, offers, value, used) => {
    const before = JSON.stringify(offers);
    expect(mergeValues(merge, offers)).toEqual({ value, used });
    // What groups hold is shared between nodes.
    expect(JSON.stringify(offers)).toBe(before);
  });

  it("takes keys as data", () => {
    const { value } = mergeValues("deep", [
      JSON.parse('{"__proto__": {"a": 1}}'),
      JSON.parse('{"__proto__": {"b": 2}, "constructor": 3}'),
    ]);
    expect(JSON.stringify(value)).toBe('{"__proto__":{"a":1,"b":2},"constructor":3}');
    expect(({} as Record<string, unknown>)["a"]).toBeUndefined();
  });

  it("ends in what nests without end", () => {
    const deep = (leaf: string): unknown => {
      let value: unknown = { [leaf]: 1 };
      for (let i = 0; i < 5_000; i++) value = { a: value };
      return value;
    };
    expect(mergeValues("deep", [deep("x"), deep("y")]).used).toEqual([true, false]);
  });
});
