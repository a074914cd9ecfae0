import { describe, expect, it } from "vitest";
import { compilePattern } from "./pattern.js";
import { PatternError } from "./syntax.js";

const PIECES = [
  "a",
  "b",
  "/",
  ".",
  "[ab]",
  "[^/]",
  "\\d",
  "\\.",
  "(a)",
  "(a|b)",
  "(?:ab|a)",
  "(b*)",
  "(a|ab)",
  "[a-c/]",
];
const QUANTIFIERS = ["", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{0,2}?", "{1,}"];

/** Numbers that look like chance and are the same in every run. */
function dice(seed: number) {
  let state = seed;
  return (sides: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}
const pick = <T>(roll: (sides: number) => number, from: readonly T[]): T => from[roll(from.length)] as T;

describe("compilePattern", () => {
  it("finds what Node's own engine finds, with the same captures", () => {
    const roll = dice(20261121);
    let matches = 0;
    for (let i = 0; i < 4000; i++) {
      const parts = Array.from({ length: 1 + roll(4) }, () => {
        const piece = pick(roll, PIECES);
        // A group that can be empty and is repeated captures otherwise in every engine.
        return piece === "(b*)" ? piece : `${piece}${pick(roll, QUANTIFIERS)}`;
      });
      const pattern = `${pick(roll, ["^", "", ""])}${parts.join("")}${pick(roll, ["$", "", "|b", "|a$"])}`;
      const compiled = compilePattern(pattern);
      for (let j = 0; j < 6; j++) {
        const text = Array.from({ length: roll(7) }, () => pick(roll, [..."aabbc/.1"])).join("");
        const expected = new RegExp(pattern).exec(text);
        if (expected !== null) matches++;
        expect(compiled.exec(text), `${pattern} on ${text}`).toEqual(expected === null ? undefined : expected.slice(1));
      }
    }
    expect(matches).toBeGreaterThan(4000);
  });

  it.each([
    ["^/puppet/v3/catalog/([^/]+)$", "/puppet/v3/catalog/web01.example.org", ["web01.example.org"]],
    ["^/puppet/v3/catalog/([^/]+)$", "/puppet/v3/catalog/a/b", undefined],
    ["^/puppet/v3/(catalog|node)/([^/]+)$", "/puppet/v3/node/a", ["node", "a"]],
    ["^/puppet/v4/catalog/?$", "/puppet/v4/catalog/", []],
    ["^/puppet/v4/catalog/?$", "/puppet/v4/catalogs", undefined],
    ["catalog", "/puppet/v3/catalog/a", []],
    ["^/x/([a-z]{2})(?:-(\\d+))?$", "/x/ab", ["ab", undefined]],
    ["^/x/([\\w.-]+)\\.example\\.org$", "/x/a-b.c.example.org", ["a-b.c"]],
    ["^[^\\d]+$", "abc", []],
    ["^[^\\d]+$", "ab1", undefined],
    ["[\\]}]", "a]", []],
    ["a}", "a}", []],
    ["$", "abc", []],
    ["^\\W\\S\\D$", "/ab", []],
    ["^.$", "é", []],
    ["^(a*)*$", "aaa", ["aaa"]],
    ["", "anything", []],
  ])("%s on %s", (pattern, text, captures) => {
    const found = compilePattern(pattern).exec(text);
    expect(found === undefined ? undefined : [...found]).toEqual(captures);
  });

  it("counts its groups", () => {
    expect(compilePattern("(a)(?:b)((c))").groups).toBe(3);
  });

  it.each([
    ["(?=a)", "(?"],
    ["(?i)a", "(?"],
    ["(?<name>a)", "(?"],
    ["(?!a)", "(?"],
    ["\\1", "\\1"],
    ["\\bword", "\\b"],
    ["\\Qa\\E", "\\Q"],
    ["a++", "quantifier behind a quantifier"],
    ["a**", "quantifier behind a quantifier"],
    ["a{2}{3}", "quantifier behind a quantifier"],
    ["*a", "behind nothing"],
    ["|?", "behind nothing"],
    ["(+)", "behind nothing"],
    ["a{x}", "no quantifier"],
    ["{2}", "behind nothing"],
    ["a{3,2}", "less than it should"],
    ["a{101}", "more than 100"],
    ["a{0,999}", "more than 100"],
    ["^*", "repeats ^"],
    ["(a", "( without"],
    ["a)", ") too many"],
    ["[a", "[ without"],
    ["[]", "empty"],
    ["[z-a]", "range"],
    ["[\\d-z]", "range"],
    ["[a-\\w]", "range"],
    ["[[:alpha:]]", "set inside"],
    ["[a&&b]", "set inside"],
    ["[\\W]", "opposite"],
    ["a\\", "\\ at its end"],
    ["a".repeat(513), "512"],
    ["((a{100}){100}){100}", "1000 steps"],
    [`${"(".repeat(30)}a${")".repeat(30)}`, "more than 20"],
  ])("refuses %s and says why", (pattern, why) => {
    expect(() => compilePattern(pattern)).toThrow(PatternError);
    expect(() => compilePattern(pattern)).toThrow(expect.objectContaining({ message: expect.stringContaining(why) }));
  });

  it.each(["^(a+)+$", "^(a|a)*$", "^(a*)*b$", "(.*)(.*)(.*)(.*)(.*)(.*)x$", "^(?:a?){100}a{100}$", "^([a-z/]+)+\\d$"])(
    "is not made slow by %s: a try that is repeated would not come back",
    (pattern) => {
      expect(compilePattern(pattern).exec(`${"a".repeat(4500)}!`)).toBeUndefined();
    },
  );
});
