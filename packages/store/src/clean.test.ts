import { describe, expect, it } from "vitest";
import { cleanJson, cleanText, isCleanJson } from "./clean.js";

describe("cleanText", () => {
  it("drops U+0000 and replaces lone surrogates", () => {
    expect(cleanText("a\0b\ud800c")).toBe("ab\ufffdc");
  });
  it("leaves good text alone", () => {
    expect(cleanText("Grüße 🐘")).toBe("Grüße 🐘");
  });
});

it.each([
  [{ "Grüße 🐘": ["\n\u0001\ud83d\ude00"] }, true],
  ["a\0", false],
  [{ "\ud800": 1 }, false],
  [["\udfff"], false],
])("isCleanJson of %j is %j", (value, expected) => {
  expect(isCleanJson(JSON.stringify(value))).toBe(expected);
});

describe("cleanJson", () => {
  it("reaches keys and nested values", () => {
    expect(cleanJson({ "k\0": ["x\0", { y: "\udfff" }], n: 1, z: null })).toEqual({
      k: ["x", { y: "\ufffd" }],
      n: 1,
      z: null,
    });
  });
  it("keeps __proto__ as data", () => {
    const cleaned = cleanJson(JSON.parse('{"__proto__":{"polluted":"x\\u0000"}}'));
    expect(JSON.stringify(cleaned)).toBe('{"__proto__":{"polluted":"x"}}');
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});
