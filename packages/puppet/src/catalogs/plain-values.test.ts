import type { Catalog } from "@gatehouse/core/catalogs";
import { describe, expect, it } from "vitest";
import { withPlainValues } from "./plain-values.js";
import { emptyCatalog } from "./render.js";

const rich = (__ptype: string, __pvalue: unknown) => ({ __ptype, __pvalue });
const plain = (value: unknown) => {
  const resource = { type: "Notify", title: "x", tags: [], exported: false, kind: "compilable_type" as const };
  const catalog: Catalog = { ...emptyCatalog("a", "b"), resources: [{ ...resource, parameters: { value } }] };
  return withPlainValues(catalog).resources[0]?.parameters?.["value"];
};

describe("withPlainValues", () => {
  it.each<[unknown, unknown]>([
    [rich("Timestamp", "2024-01-02T03:04:05.678000000 UTC"), "2024-01-02T03:04:05.678000000 UTC"],
    [rich("SemVer", "1.2.3"), "1.2.3"],
    [rich("Binary", "AAH/"), "AAH/"],
    [rich("Regexp", "ab+c"), "/ab+c/"],
    [{ __ptype: "Default" }, "default"],
    [rich("Sensitive", ["x", rich("Regexp", "y")]), ["x", "/y/"]],
    [rich("Hash", [1, "one", "two", [rich("Regexp", "z")]]), { "1": "one", two: ["/z/"] }],
    [rich("Hash", "no list"), {}],
    [
      { __ptype: "Deferred", name: "f", arguments: ["it's", 1, { k: [null, true] }] },
      "Deferred({'name' => 'f', 'arguments' => ['it\\'s', 1, {'k' => [undef, true]}]})",
    ],
    [{ __ptype: "Deferred", name: "f" }, "Deferred({'name' => 'f', 'arguments' => []})"],
    [{ __ptype: "Pcore::IntegerType", from: 1, to: 3 }, '{"__ptype":"Pcore::IntegerType","from":1,"to":3}'],
    [{ deep: [{ x: rich("SemVer", "1.2.3") }] }, { deep: [{ x: "1.2.3" }] }],
    [{ __ptype: 1 }, { __ptype: 1 }],
    ["text", "text"],
    [false, false],
  ])("makes of %j %j", (value, expected) => {
    expect(plain(value)).toEqual(expected);
  });

  it("is the same catalog where there is nothing to do, and another one where there is", () => {
    const catalog = emptyCatalog("a", "b");
    expect(withPlainValues(catalog)).toEqual(catalog);
    const value = JSON.parse('{"__proto__": {"__ptype": "SemVer", "__pvalue": "1"}}');
    expect(JSON.stringify(plain(value))).toBe('{"__proto__":"1"}');
  });

  it("ends, for what is deep", () => {
    let deep: unknown = rich("SemVer", "1");
    for (let i = 0; i < 500; i++) deep = [deep];
    expect(() => plain([rich("SemVer", "2"), deep])).not.toThrow();
  });
});
