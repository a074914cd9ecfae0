import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { optional, queryParser, repeated, required, withDefault } from "./parameters.js";
import { boolean, integer, listOf, moment, named, oneOf, text } from "./schema.js";

const parse = queryParser({
  limit: withDefault(100, "", integer({ minimum: 1, maximum: 500 })),
  state: optional("", named("State", oneOf(["active", "expired"]))),
  name: optional("", text({ minLength: 1, maxLength: 5 })),
  since: optional("", moment()),
  all: optional("", boolean()),
  label: repeated("", listOf(text({ pattern: "^[a-z]+=.*$" }), { maxItems: 3 })),
});
const of = (query: string) => parse(new URLSearchParams(query));
const refusal = (query: string, by = of): string => {
  try {
    by(query);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(GatehouseError);
    expect((thrown as GatehouseError).code).toBe("request-malformed");
    return (thrown as GatehouseError).message;
  }
  throw new Error(`${query} is not refused`);
};

describe("a query", () => {
  it("has its defaults", () => {
    expect(of("")).toEqual({
      limit: 100,
      state: undefined,
      name: undefined,
      since: undefined,
      all: undefined,
      label: [],
    });
  });

  it("becomes values of their types", () => {
    const query =
      "limit=500&state=expired&name=a%20b&since=2026-01-02T03:04:05%2B01:00&all=false&label=a=1&label=b=x=y";
    expect(of(query)).toEqual({
      limit: 500,
      state: "expired",
      name: "a b",
      since: new Date("2026-01-02T02:04:05Z"),
      all: false,
      label: ["a=1", "b=x=y"],
    });
  });

  it.each([
    ["limit=0", "limit is a whole number from 1 to 500."],
    ["limit=501", "limit is a whole number from 1 to 500."],
    ["limit=", "limit is a whole number from 1 to 500."],
    ["limit=1e2", "limit is a whole number from 1 to 500."],
    ["limit=+5", "limit is a whole number from 1 to 500."],
    ["limit=5&limit=6", "limit may stand once, not repeatedly."],
    ["limit=5&limit=5", "limit may stand once, not repeatedly."],
    ["state=purged", "state must be one of active, expired."],
    ["state=", "state must be one of active, expired."],
    ["name=", "name must NOT have fewer than 1 characters."],
    ["name=abcdef", "name must NOT have more than 5 characters."],
    ["name=%00", "name holds the character U+0000."],
    ["since=yesterday", 'since must match format "date-time".'],
    ["since=2026-01-02", 'since must match format "date-time".'],
    ["since=2016-12-31T23:59:60Z", "since is no time."],
    ["all=yes", "all must be boolean."],
    ["label=noise", 'label/0 must match pattern "^[a-z]+=.*$".'],
    ["label=a=1&label=a=%00", "label holds the character U+0000."],
    ["label=a=1&label=b=1&label=c=1&label=d=1", "label must NOT have more than 3 items."],
  ])("%s is refused: %s", (query, message) => {
    expect(refusal(query)).toBe(message);
  });

  it("is refused with the names of unknown parameters, and of those that there are", () => {
    const known = "there is limit, state, name, since, all, label.";
    expect(refusal("lmit=5")).toBe(`There is no query parameter "lmit"; ${known}`);
    expect(refusal("Limit=5&=x&limit=5")).toBe(`There is no query parameter "Limit", ""; ${known}`);
    expect(refusal("__proto__=x")).toBe(`There is no query parameter "__proto__"; ${known}`);
    const many = Array.from({ length: 500 }, (_, i) => `${"x".repeat(200)}${i}=`).join("&");
    expect(refusal(many).length).toBeLessThan(500);
    const none = queryParser({});
    expect(refusal("a=b", (query) => none(new URLSearchParams(query)) as never)).toBe(
      'There is no query parameter "a"; there is none here.',
    );
  });

  it("needs what is required", () => {
    const strict = queryParser({ file: required("", text()) });
    expect(strict(new URLSearchParams("file="))).toEqual({ file: "" });
    expect(refusal("", (query) => strict(new URLSearchParams(query)) as never)).toBe(
      "The query parameter file is needed.",
    );
  });
});
