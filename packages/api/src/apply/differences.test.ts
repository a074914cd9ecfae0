import { describe, expect, it } from "vitest";
import { differences } from "./differences.js";

describe("differences", () => {
  it("are none between what is the same, in whatever order", () => {
    const one = { a: { b: [1, { c: null }] }, d: "x" };
    expect(differences(one, { d: "x", a: { b: [1, { c: null }] } })).toEqual([]);
  });

  it("are told leaf by leaf, by name, and lists whole", () => {
    const before = { settings: { "dsc.configurations": ["Web"], kept: 1 }, gone: true };
    const after = { settings: { "dsc.configurations": ["Web2"], kept: 1 }, added: { deep: 0 } };
    expect(differences(before, after)).toEqual([
      { field: "added", after: { deep: 0 } },
      { field: "gone", before: true },
      { field: "settings.dsc.configurations", before: ["Web"], after: ["Web2"] },
    ]);
  });

  it("tell null, nothing, and an empty mapping apart", () => {
    expect(differences({ a: null, b: {}, c: 0 }, { a: {}, b: null })).toEqual([
      { field: "a", before: null, after: {} },
      { field: "b", before: {}, after: null },
      { field: "c", before: 0 },
    ]);
  });

  it("take keys for data", () => {
    const before = JSON.parse('{"__proto__":{"x":1},"toString":1}');
    expect(differences(before, {})).toEqual([
      { field: "__proto__", before: { x: 1 } },
      { field: "toString", before: 1 },
    ]);
    expect(differences({}, before)).toHaveLength(2);
  });
});
