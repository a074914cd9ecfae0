import { expect, it } from "vitest";
import { refuseNesting } from "./nesting.js";

const deep = (depth: number, wrap: (inner: unknown) => unknown) => {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = wrap(value);
  return value;
};

it.each([
  ["lists", (inner: unknown) => [0, inner]],
  ["objects", (inner: unknown) => ({ a: null, b: inner })],
])("takes %s up to so deep, and no deeper", (_, wrap) => {
  for (const depth of [0, 1, 50]) expect(() => refuseNesting(deep(depth, wrap), 50, "It")).not.toThrow();
  for (const depth of [51, 100_000])
    expect(() => refuseNesting(deep(depth, wrap), 50, "It")).toThrow("It nests at most 50 deep.");
});
