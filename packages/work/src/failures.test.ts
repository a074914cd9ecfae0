import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { errorOf, failureOf, isAway, textOf } from "./failures.js";

describe("failureOf and errorOf", () => {
  it("carry code, message and detail to and fro", () => {
    const error = new GatehouseError("conflict", "Twice.", { detail: "the first one", retryAfterSeconds: 3 });
    const failure = failureOf(error);
    expect(failure).toEqual({ code: "conflict", message: "Twice.", detail: "the first one" });
    expect(errorOf(failure)).toMatchObject({ name: "GatehouseError", ...failure });
    expect(errorOf(failureOf(new GatehouseError("conflict", "Twice."))).detail).toBeUndefined();
  });

  it("keep the cause that they are given", () => {
    const cause = new Error("deep");
    expect(errorOf(failureOf(cause), cause).cause).toBe(cause);
  });

  it.each(["none-of-ours", "toString"])("make the code %s internal", (code) => {
    expect(errorOf({ code, message: "From elsewhere.", detail: null })).toMatchObject({
      code: "internal",
      status: 500,
    });
  });
});

describe("textOf", () => {
  it("is message and stack, even where the stack lacks the message", () => {
    expect(textOf(new TypeError("odd"))).toMatch(/^TypeError: odd\n\s+at /);
    const renamed = new Error("before");
    expect(renamed.stack).toContain("before");
    renamed.message = "after";
    expect(textOf(renamed)).toMatch(/^after\nError: before\n/);
  });

  it("is bounded, whatever the error quotes", () => {
    expect(textOf(new Error("x".repeat(100_000)))).toHaveLength(8_000);
    expect(textOf("x".repeat(100_000))).toHaveLength(8_000);
  });

  it.each([
    [undefined, "undefined"],
    [null, "null"],
    [42, "42"],
    [Object.create(null), "object"],
  ])("takes %o", (thrown, text) => {
    expect(textOf(thrown)).toBe(text);
  });
});

it("isAway knows a database that is away, by its code", () => {
  expect(isAway(new GatehouseError("database-unavailable", "Away."))).toBe(true);
  expect(isAway(new GatehouseError("internal", "Away."))).toBe(false);
  expect(isAway(Object.assign(new Error("Away."), { code: "database-unavailable" }))).toBe(false);
});
