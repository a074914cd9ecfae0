import { describe, expect, it } from "vitest";
import { altNameFrom, altNameText, isDnsName, readAltNames, writeAltNames } from "./alt-names.js";

describe("alternative names", () => {
  it.each([
    ["web01", "DNS:web01"],
    ["DNS:web01", "DNS:web01"],
    ["192.0.2.7", "IP:192.0.2.7"],
    ["IP:192.0.2.7", "IP:192.0.2.7"],
    ["2001:DB8:0:0::1", "IP:2001:db8::1"],
    ["IP:::1", "IP:::1"],
    ["::ffff:192.0.2.7", "IP:::ffff:192.0.2.7"],
  ])("from %s", (text, means) => {
    const altName = altNameFrom(text);
    expect(altName && altNameText(altName)).toBe(means);
  });

  it.each(["", "DNS:", "IP:", "IP:web01", "DNS:192.0.2.7", "IP:192.0.2"])("not from %j", (text) => {
    expect(altNameFrom(text)).toBeUndefined();
  });

  it.each([
    "192.0.2.7",
    "255.255.255.255",
    "::",
    "::1",
    "2001:db8::1",
    "1:2:3:4:5:6:7:8",
    "fe80::",
    "::ffff:192.0.2.7",
    "1::8",
    "0:0:1::",
  ])("are read as they were written: %s", (address) => {
    const altName = altNameFrom(address);
    if (altName === undefined) return expect.fail("no name");
    expect(readAltNames(writeAltNames([altName, { kind: "DNS", value: "a" }]))).toEqual([
      altName,
      { kind: "DNS", value: "a" },
    ]);
  });

  it("are of two kinds in what is written", () => {
    expect(() => writeAltNames([{ kind: "URI", value: "x:y" }])).toThrow(TypeError);
  });

  it("are DNS names only without anything odd", () => {
    for (const name of ["a", "a.b", "_x.y", "A-1.b", "a".repeat(63)]) expect(isDnsName(name), name).toBe(true);
    for (const name of ["", ".", "a.", "*.a", "-a", "a-", "a..b", "a b", "ü", "a".repeat(64), `${"a.".repeat(130)}a`]) {
      expect(isDnsName(name), name).toBe(false);
    }
  });
});
