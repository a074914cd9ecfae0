import { expect, it } from "vitest";
import { factsFault, factsJson, MOST_FACT_BYTES } from "./limits.js";

const deep = (depth: number): Record<string, unknown> => (depth === 1 ? { leaf: 1 } : { a: deep(depth - 1) });
/** Facts of exactly so many bytes of JSON. */
const sized = (bytes: number) => ({ a: "ä".repeat((bytes - 8) / 2) });

it.each<[string, unknown]>([
  ["nothing", {}],
  ["20 levels", deep(20)],
  ["just as many bytes", sized(MOST_FACT_BYTES)],
  ["just as many lists", { list: Array.from({ length: 19_999 }, () => []) }],
])("facts of %s can be stored", (_, facts) => {
  expect(factsFault(facts)).toBeUndefined();
});

it.each<[string, unknown, string]>([
  ["a list", [], "Facts are an object."],
  ["null", null, "Facts are an object."],
  ["21 levels", deep(21), "Facts nest at most 20 deep."],
  ["levels that no recursion survives", deep(5_000), "Facts nest at most 20 deep."],
  ["two bytes more", sized(MOST_FACT_BYTES + 2), "Facts have at most 1048576 bytes of JSON."],
  ["a list more", { list: Array.from({ length: 20_000 }, () => []) }, "Facts have at most 20000 objects and lists."],
])("facts of %s cannot", (_, facts, fault) => {
  expect(factsFault(facts)).toBe(fault);
});

it("facts of a small text are not written to find that they can be stored", () => {
  let written = 0;
  const facts = { toJSON: () => ++written };
  expect([factsFault(facts, MOST_FACT_BYTES / 8), written]).toEqual([undefined, 0]);
  expect([factsFault(facts, MOST_FACT_BYTES / 4), written]).toEqual([undefined, 1]);
  expect(factsFault(deep(21), 100)).toBe("Facts nest at most 20 deep.");
  expect(factsFault([], 100)).toBe("Facts are an object.");
});

it("facts of a text that JSON writes six times as long are within the limit where they need not be written", () => {
  // The longest that comes of a byte: a control character, which lenient readers take.
  const facts = { a: "\u0001".repeat(Math.floor(MOST_FACT_BYTES / 6) - 8) };
  const json = factsJson(facts);
  expect("json" in json && json.json.length).toBeGreaterThan(MOST_FACT_BYTES - 60);
  expect(factsFault(facts, facts.a.length + 8)).toBeUndefined();
});
