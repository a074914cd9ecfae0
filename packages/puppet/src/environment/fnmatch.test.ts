import { describe, expect, it } from "vitest";
import { fnmatch } from "./fnmatch.js";

/** As `File.fnmatch?` of Ruby 3.1 answers. */
const CASES: readonly (readonly [pattern: string, takes: readonly string[], not: readonly string[]])[] = [
  ["*.bak", ["a.bak", "*.bak", "a.b.bak"], [".x.bak", "a.bakx", "bak"]],
  ["*", ["x", "", "a b", "a\nb"], [".x", "."]],
  [".*", [".x", "."], ["x"]],
  ["\\.x", [".x"], ["x"]],
  ["?x", ["ax", "üx", "🐧x"], [".x", "x", "aax"]],
  ["[.]x", [], [".x"]],
  ["[!.]x", ["ax"], [".x"]],
  ["*.x", ["a.x"], [".x"]],
  ["a?", ["a."], ["a", ".a"]],
  ["a[b-d]e", ["ace", "abe", "ade"], ["aee", "a-e"]],
  ["a[!b]c", ["adc", "a!c"], ["abc", "ac"]],
  ["a[^b]c", ["adc", "a^c"], ["abc"]],
  ["a\\*c", ["a*c"], ["abc", "a\\*c"]],
  ["a\\", ["a"], ["a\\"]],
  ["\\a", ["a"], ["\\a"]],
  ["{a,b}", ["{a,b}"], ["a", "b"]],
  ["**", ["abc", ""], [".a"]],
  ["a**b", ["ab", "axxb"], ["a"]],
  ["a[", [], ["a["]],
  ["a[b", [], ["ab", "a[b"]],
  ["[!", [], ["[!", "x"]],
  ["[]", [], ["[]", "]"]],
  ["[]a]", [], ["a]", "]"]],
  ["[a-]", ["a", "-"], ["b"]],
  ["[-a]", ["a", "-"], ["b"]],
  ["[!]a]", ["ba]", "xa]"], ["b"]],
  ["[\\]]", ["]"], ["\\"]],
  ["[\\a-c]", ["a", "b", "c"], ["\\"]],
  ["[a-c-e]", ["a", "c", "-", "e"], ["d"]],
  ["[z-a]", ["a", "z"], ["m"]],
  ["[!z-a]", ["m"], ["a", "z"]],
  ["[--a]", ["-", "Z", "`", "a"], [",", "b"]],
  ["[ä-ü]", ["ö"], ["z"]],
  ["*a*b", ["xaxbxab", "ab"], ["ba", "xaxbx"]],
  ["*c", ["a/c"], []],
  ["", [""], ["a"]],
  ["A", ["A"], ["a"]],
];

describe("fnmatch", () => {
  it.each(CASES)("%j takes %j and not %j", (pattern, takes, not) => {
    const test = fnmatch(pattern);
    expect(takes.filter((name) => !test(name))).toEqual([]);
    expect(not.filter((name) => test(name))).toEqual([]);
  });

  it("says how many steps each name took: no more than name times pattern", () => {
    let steps = 0;
    const spent = (pattern: string, name: string) => {
      steps = 0;
      fnmatch(pattern, (more) => {
        steps += more;
      })(name);
      return steps;
    };
    expect(spent(".git", "init.pp")).toBe(1);
    expect(spent("*.pp", "init.pp")).toBeLessThan(20);
    const many = spent(`*${"a".repeat(100)}b`, "a".repeat(255));
    expect(many).toBeGreaterThan(10_000);
    expect(many).toBeLessThan(30_000);
  });

  it("does not run away on a pattern that would make a regular expression do so", () => {
    expect(fnmatch("*a".repeat(120).concat("*b"))("a".repeat(255))).toBe(false);
  });
});
