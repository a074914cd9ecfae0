import { describe, expect, it } from "vitest";
import { exceeds } from "./json-limits.js";

const deeper = (text: string, levels: number) => exceeds(Buffer.from(text), { levels, values: 1e9 });
const more = (text: string, values: number) => exceeds(Buffer.from(text), { levels: 1e9, values });
const nested = (levels: number) => `${'{"a":['.repeat(levels / 2)}${"]}".repeat(levels / 2)}`;

describe("exceeds, by levels", () => {
  it("counts objects and arrays alike, to the very level", () => {
    expect(deeper(nested(64), 64)).toBe(false);
    expect(deeper(nested(66), 64)).toBe(true);
    expect(deeper("[[]]", 1)).toBe(true);
    expect(deeper("[[]]", 2)).toBe(false);
  });

  it("counts what is open at once, not what was opened in all", () => {
    expect(deeper(`[${"[[]],".repeat(1000)}0]`, 3)).toBe(false);
  });

  it.each([
    ["brackets in a string", JSON.stringify("[".repeat(100))],
    ["a quote in a string", JSON.stringify(`"${"[".repeat(100)}`)],
    ["a backslash at a string's end", `["\\\\","${"[".repeat(100)}"]`],
    ["a key", `{"${"{".repeat(100)}":1}`],
    ["a string that never ends", `"${"[".repeat(100)}`],
    ["a string that ends in a backslash", `"${"[".repeat(100)}\\`],
    ["nothing", ""],
  ])("does not count %s", (_, text) => {
    expect(deeper(text, 2)).toBe(false);
  });

  it("goes on counting after a string with escapes", () => {
    expect(deeper('["\\"",[[]]]', 2)).toBe(true);
    expect(deeper('["\\\\",[[]]]', 2)).toBe(true);
  });

  it("stops at the level that is too many, however long the bomb", () => {
    expect(deeper("[".repeat(5_000_000), 64)).toBe(true);
  });

  it("reads bytes that are no UTF-8 as what they are", () => {
    expect(exceeds(Buffer.from('["\xfc\xff",[[]]]', "latin1"), { levels: 2, values: 99 })).toBe(true);
    expect(exceeds(Buffer.from('["\xfc[[["]', "latin1"), { levels: 2, values: 99 })).toBe(false);
  });
});

describe("exceeds, by values", () => {
  it.each([
    ["1", 1],
    ["[1,2,3]", 4],
    ['{"a":1,"b":{"c":[2]}}', 5],
    ['["a,b,[c"]', 2],
  ])("takes %s for no more than %i", (text, values) => {
    expect(more(text, values)).toBe(false);
    expect(values === 1 || more(text, values - 2)).toBe(true);
  });

  it("finds the many small ones that a short text holds", () => {
    expect(more(`[${"{},".repeat(1000)}0]`, 2500)).toBe(false);
    expect(more(`[${"{},".repeat(1000)}0]`, 2000)).toBe(true);
  });
});

describe("exceeds, by the length of one text", () => {
  const long = (text: string) => exceeds(Buffer.from(text), { levels: 9, values: 99, text: 10 });

  it.each(['{"a":"0123456789"}', '["0123456789","0123456789"]', `[${" ".repeat(50)}1]`])("takes %s", (text) => {
    expect(long(text)).toBe(false);
  });

  it.each(['{"a":"0123456789x"}', '{"0123456789x":1}', '["\\u0041\\u0041"]', '["0123456789xyz'])(
    "refuses %s",
    (text) => {
      expect(long(text)).toBe(true);
    },
  );

  it("does not look at it unless told", () => {
    expect(exceeds(Buffer.from(`["${"x".repeat(1000)}"]`), { levels: 9, values: 99 })).toBe(false);
  });
});
