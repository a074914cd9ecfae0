import { describe, expect, it } from "vitest";
import { givenFacts } from "./given-facts.js";

const refused = (message: unknown) => expect.objectContaining({ code: "request-malformed", message });

describe("givenFacts", () => {
  it.each<[string, unknown, unknown]>([
    ["facts by name", { os: { family: "Debian" } }, { os: { family: "Debian" } }],
    ["their wire form", { name: "web01", values: { a: 1 }, timestamp: "2026-11-21" }, { a: 1 }],
    ["a fact of the name values", { values: { a: 1 } }, { values: { a: 1 } }],
    ["a fact of the name name", { name: "web01", values: "x" }, { name: "web01", values: "x" }],
    ["what only the server may state", { a: 1, trusted: { certname: "web02" }, server_facts: {}, facts: {} }, { a: 1 }],
    ["nothing", {}, {}],
  ])("takes %s", (_, said, expected) => {
    expect(givenFacts(said, "web01")).toEqual(expected);
  });

  it("keeps names that every object has as data", () => {
    const said = JSON.parse('{"__proto__": {"x": 1}, "constructor": 2}');
    expect(JSON.stringify(givenFacts(said, "web01"))).toBe('{"__proto__":{"x":1},"constructor":2}');
  });

  it.each<[string, unknown, unknown]>([
    ["another node's", { name: "web02", values: {} }, "The facts are those of web02, not of web01."],
    ["a list", [], "Facts are an object."],
    ["null", null, "Facts are an object."],
    ["what is too large", { a: "x".repeat(1 << 20) }, "Facts have at most 1048576 bytes of JSON."],
    ["what is too deep", JSON.parse(`${'{"a":'.repeat(30)}1${"}".repeat(30)}`), "Facts nest at most 20 deep."],
  ])("refuses %s", (_, said, message) => {
    expect(() => givenFacts(said, "web01")).toThrow(refused(message));
  });
});
