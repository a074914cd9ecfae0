import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { sampleInventory } from "../inventory/sample-inventory.js";
import { yamlOf } from "./yaml.js";

describe("a message in YAML", () => {
  it.each([
    ["an inventory", sampleInventory("yaml").json],
    ["nothing", {}],
    ["a text", "a: b # c"],
    ["lists in lists", [[1, [2]], [], {}, [{ a: [{ b: null }, true] }]]],
    ["odd names and texts", { "- a": "null", "b:c": "1", "": '\n\t\u0000"é', __proto: "~", no: [""] }],
  ])("is read by another library as what it was: %s", (_, value) => {
    expect(parse(yamlOf(value))).toEqual(value);
  });

  it("leaves out what is undefined", () => {
    expect(yamlOf({ a: undefined, b: 1 })).toBe('"b": 1\n');
  });
});
