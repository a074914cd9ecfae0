import { describe, expect, it } from "vitest";
import { interpolate, interpolateText } from "./interpolate.js";

const scope = {
  facts: {
    os: { family: "Debian", release: { major: "12" } },
    processors: { count: 4, models: ["a", "b"] },
    virtual: false,
    empty: "",
    "a.b": "dotted",
    nothing: null,
    "pp-x": 1,
    evil: "%{facts.os.family}",
  },
  trusted: { certname: "web01", extensions: { "1.3.6.1": "oid" } },
  environment: "production",
};

describe("interpolate", () => {
  it.each([
    ["plain", "plain"],
    ["%{facts.os.family}-%{facts.os.release.major}", "Debian-12"],
    ["%{ facts.os.family }", "Debian"],
    ["%{::environment}", "production"],
    ["%{facts.processors.count} %{facts.virtual}", "4 false"],
    ["%{facts.processors.models.1}", "b"],
    ["%{facts.'a.b'} %{trusted.extensions.\"1.3.6.1\"}", "dotted oid"],
    ["%{facts.pp-x}", "1"],
    ["[%{facts.empty}]", "[]"],
    ["100%%{x} % %%", "100%{x} % %%"],
    ["%{facts.evil}", "%{facts.os.family}"],
    ["%{facts.os.family", "%{facts.os.family"],
  ])("makes of %j %j", (text, expected) => {
    expect(interpolateText(text, scope, "here")).toBe(expected);
  });

  it("goes into lists and objects, their keys too, and leaves all else", () => {
    const value = { "%{environment}": ["%{trusted.certname}", 1, null, true, { x: "%%{" }] };
    expect(interpolate(value, scope, "here")).toEqual({ production: ["web01", 1, null, true, { x: "%{" }] });
  });

  it.each([
    ["%{facts.none}", "%{facts.none} has no value on this node (here)."],
    ["%{facts.nothing}", "%{facts.nothing} has no value on this node (here)."],
    ["%{facts.os.family.length}", "%{facts.os.family.length} has no value on this node (here)."],
    ["%{facts.constructor}", "%{facts.constructor} has no value on this node (here)."],
    ["%{__proto__.x}", "%{__proto__.x} has no value on this node (here)."],
    ["%{facts.os}", "%{facts.os} is an object, which is no text (here)."],
    ["%{facts.processors.models}", "%{facts.processors.models} is a list, which is no text (here)."],
    ["%{}", "%{} names nothing (here); a fact is named as in %{facts.os.family}."],
    ["%{lookup('x')}", "%{lookup('x')} names nothing (here); a fact is named as in %{facts.os.family}."],
    ["%{facts..os}", "%{facts..os} names nothing (here); a fact is named as in %{facts.os.family}."],
  ])("refuses %j", (text, message) => {
    expect(() => interpolateText(text, scope, "here")).toThrow(
      expect.objectContaining({ code: "catalog-failed", message }),
    );
  });

  it("ends, for long names and deep values", () => {
    const long = `%{${"a.".repeat(50_000)}`;
    expect(() => interpolateText(`${long}}`, scope, "here")).toThrow(/names nothing/);
    expect(interpolateText(long, scope, "here")).toBe(long);
    let deep: unknown = "x";
    for (let i = 0; i < 100; i++) deep = [deep];
    expect(() => interpolate(deep, scope, "here")).toThrow(/nests more than 20 deep \(here\)/);
  });

  it("keeps keys that every object has as data", () => {
    const value = JSON.parse('{"__proto__": {"x": "%{environment}"}}');
    expect(JSON.stringify(interpolate(value, scope, "here"))).toBe('{"__proto__":{"x":"production"}}');
  });
});
