import { describe, expect, it } from "vitest";
import { boundsFault, MOST_DEPTH } from "./bounds.js";

const nested = (levels: number): unknown => {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = i % 2 ? [value] : { a: value };
  return value;
};

describe("a document", () => {
  it("may be as deep as it may, and no deeper", () => {
    expect(boundsFault(3, nested(MOST_DEPTH))).toBeUndefined();
    expect(boundsFault(3, nested(MOST_DEPTH + 1))).toMatchObject({
      index: 3,
      message: expect.stringContaining("nested"),
    });
    expect(boundsFault(3, nested(100_000))?.message).toContain("nested");
  });

  it("may have many values, and not too many", () => {
    expect(boundsFault(0, Array(99_999).fill(0))).toBeUndefined();
    expect(boundsFault(0, Array(100_000).fill(0))?.message).toContain("more than 100000 values");
  });

  it.each([
    [{ spec: { a: ["x", "y\0"] } }, "/spec/a/1"],
    [{ spec: { "a/b~": "\ud800" } }, "/spec/a~1b~0"],
    [{ spec: { "\udfff": 1 } }, "/spec"],
    ["\0", ""],
  ])("has texts that can be kept: %j", (document, pointer) => {
    expect(boundsFault(0, document)).toMatchObject({ pointer, message: expect.stringContaining("U+0000") });
  });

  it("may have any other", () => {
    expect(boundsFault(0, { "": "", __proto__: null, "😀": "\u{1f600}\u0001\uffff" })).toBeUndefined();
  });
});
