import { describe, expect, it } from "vitest";
import { importAutosignConf } from "./autosign-conf.js";
import { isNamePattern, matchesName, matchesValue } from "./patterns.js";

describe("name patterns", () => {
  // The first four are puppetserver's own examples of glob-matches?.
  it.each([
    ["*.foo.bar", "agent.foo.bar", true],
    ["*.baz", "baz", true],
    ["*.QUX", "0.1.qux", true],
    ["*", "anything", true],
    ["*.example.org", "a.b.c.example.org", true],
    ["*.example.org", "example.org", true],
    ["*.example.org", "notexample.org", false],
    ["*.example.org", "example.org.evil.test", false],
    ["*.example.org", "xexample.org", false],
    ["web01.example.org", "web01.example.org", true],
    ["web01.example.org", "web01.example.orgx", false],
    ["web01", "web01.example.org", false],
    ["Web01", "web01", false],
  ])("%s and %s: %s", (pattern, name, matches) => {
    expect(matchesName(pattern, name)).toBe(matches);
  });

  it("are of three forms", () => {
    for (const pattern of ["*", "*.a", "*.A.b", "a", "a.b-c_d"]) expect(isNamePattern(pattern), pattern).toBe(true);
    for (const pattern of ["", "*a", "a*", "*.*.a", "a b", "a#b", "**", "*.", "ü", "a".repeat(256)]) {
      expect(isNamePattern(pattern), pattern).toBe(false);
    }
  });
});

describe("value patterns", () => {
  it.each([
    ["web", "web", true],
    ["web", "webx", false],
    ["*", "", true],
    ["web*", "webserver", true],
    ["*web", "aweb", true],
    ["a*b*c", "a-b-c", true],
    ["a*b*c", "a-c-b", false],
    ["aa*aa", "aaa", false],
    ["*a*", "bab", true],
    ["*a*", "bbb", false],
    ["a**b", "ab", true],
    ["a*b.c", "axbxc", false],
  ])("%s and %s: %s", (pattern, value, matches) => {
    expect(matchesValue(pattern, value)).toBe(matches);
  });

  it("are matched in one pass", () => {
    expect(matchesValue(`${"a*".repeat(500)}b`, "a".repeat(60_000))).toBe(false);
  });
});

describe("an autosign.conf", () => {
  it("becomes rules, and says what does not", () => {
    const { rules, passedOver } = importAutosignConf(
      "# comment\n\nweb01.example.org\r\n*.lab.example.org\n*\n  \nbad line\nweb02 # inline\n*foo.bar\n",
    );
    expect(rules).toEqual([
      { kind: "name", name: "autosign.conf:3", certname: "web01.example.org" },
      { kind: "glob", name: "autosign.conf:4", pattern: "*.lab.example.org" },
      { kind: "all", name: "autosign.conf:5" },
    ]);
    expect(passedOver.map(({ line }) => line)).toEqual([7, 8, 9]);
  });
});
