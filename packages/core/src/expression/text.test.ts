import { describe, expect, it } from "vitest";
import { compileGlob, foldText, numberOf } from "./text.js";

describe("foldText", () => {
  it("changes ASCII letters only", () => {
    expect(foldText("WEB-01.Ä")).toBe("web-01.Ä");
    // Two of them would have become one: İ, the Kelvin sign.
    expect(["İ", "\u212a", "ẞ"].map(foldText)).toEqual(["İ", "\u212a", "ẞ"]);
  });
});

describe("numberOf", () => {
  it.each<[unknown, number | undefined]>([
    ["10", 10],
    ["-1.5", -1.5],
    ["007", 7],
    ["0.10", 0.1],
    [4, 4],
    ["123456789012345", 123456789012345],
    ["1e5", undefined],
    ["1e400", undefined],
    [".5", undefined],
    ["1.", undefined],
    [" 1", undefined],
    ["0x10", undefined],
    ["1234567890123456", undefined],
    ["१२", undefined],
    ["", undefined],
    ["NaN", undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [true, undefined],
    [null, undefined],
    ["1\n", undefined],
  ])("reads %j as %j", (value, expected) => {
    expect(numberOf(value)).toBe(expected);
  });
});

describe("compileGlob", () => {
  it.each<[string, string, boolean]>([
    ["*", "", true],
    ["?", "", false],
    ["**", "x", true],
    ["a*c", "abbc", true],
    ["a*c", "ab", false],
    ["a*a", "a", false],
    ["*ab*ab*", "abab", true],
    ["*ab*ab*", "aab", false],
    ["a?c", "abc", true],
    ["?", "😀", true],
    ["??", "😀", false],
    ["*😀", "x😀", true],
    ["a*?c", "ac", false],
    ["a*?c", "abc", true],
    ["[a]", "a", false],
    ["a.c", "abc", false],
    ["%", "x", false],
    ["\\*", "\\x", true],
    ["x*", "y", false],
  ])("%s on %s: %s", (pattern, text, expected) => {
    expect(compileGlob(pattern)(text)).toBe(expected);
  });

  it("does not go back and forth: many stars over a long text end", () => {
    expect(compileGlob(`${"*a".repeat(400)}b`)("a".repeat(20_000))).toBe(false);
  });
});
