import { describe, expect, it } from "vitest";
import { fieldsAlike, fitsPattern, isLike } from "./like.js";

describe("isLike", () => {
  it.each<[string, unknown, unknown, boolean]>([
    ["the same text", "openssl", "openssl", true],
    ["another case", "OpenSSL", "openssl", true],
    ["a part of it", "ssl", "openssl", false],
    ["a pattern", "open*", "openssl", true],
    ["a number and its text", 2, "2", true],
    ["a number and another", 2, 20, false],
    ["a truth and its text", true, "true", true],
    ["nothing, of what is not there", null, undefined, true],
    ["nothing, of an empty text", null, "", false],
    ["a text, of nothing", "*", null, false],
    ["one of a list", ["a", "b"], "B", true],
    ["none of a list", ["a", "b"], "c", false],
    ["each of a list in a list", ["a", "b"], ["b", "c", "a"], true],
    ["one of a list missing in a list", ["a", "b"], ["a"], false],
    ["one item of a list", "a", ["b", "a"], true],
    ["an item of an empty list", "a", [], false],
    ["fields of a mapping", { name: "a" }, { name: "A", version: "1" }, true],
    ["fields of no mapping", { name: "a" }, "a", false],
    ["a field that is not there", { name: "a" }, {}, false],
    ["a field that every object inherits", { constructor: "*" }, {}, false],
    ["a field called __proto__", JSON.parse('{"__proto__": "a"}'), JSON.parse('{"__proto__": "a"}'), true],
    ["one entry with all fields", { name: "a", version: "1" }, [{ name: "a", version: "1" }], true],
    ["two entries with a field each", { name: "a", version: "1" }, [{ name: "a" }, { version: "1" }], false],
    ["a text, of a mapping", "[object Object]", {}, false],
  ])("%s", (_, expected, actual, is) => {
    expect(isLike(expected, actual)).toBe(is);
  });

  it("counts the fields that fit", () => {
    expect(fieldsAlike({ name: "a", version: "1", arch: "x" }, { name: "a", version: "2", arch: "X" })).toBe(2);
    expect(fieldsAlike({ name: "a" }, null)).toBe(0);
  });
});

describe("fitsPattern", () => {
  it.each<[string, string, boolean]>([
    ["", "", true],
    ["", "a", false],
    ["*", "", true],
    ["**", "anything", true],
    ["a*", "a", true],
    ["*a", "ba", true],
    ["a*a", "a", false],
    ["a*a", "aa", true],
    ["*b*", "abc", true],
    ["a*b*c", "a-c-b", false],
    ["a*b*b", "ab", false],
    ["a*bc*c", "abc", false],
    ["a.c", "abc", false],
    ["(a", "(A", true],
    ["é*", "École", true],
    ["e*", "école", false],
  ])("%j of %j", (pattern, text, is) => {
    expect(fitsPattern(pattern, text)).toBe(is);
  });

  it("takes no more time for many stars", () => {
    const stars = `${"*a".repeat(10_000)}*b`;
    expect(fitsPattern(stars, "a".repeat(100_000))).toBe(false);
  });
});
