import { describe, expect, it } from "vitest";
import { bounded, leafOf, objectIn, own, stated, textOf, textsOf } from "./values.js";

describe("own", () => {
  it("knows what an object was given, and not what every object has", () => {
    const object = JSON.parse('{"a":1,"__proto__":{"b":2}}');
    expect([own(object, "a"), own(object, "b"), own(object, "__proto__")]).toEqual([1, undefined, { b: 2 }]);
    for (const name of ["toString", "constructor", "__proto__"]) expect(own({}, name)).toBeUndefined();
  });
});

describe("textOf and leafOf", () => {
  it.each([
    ["text", "text", "text"],
    [" text\n", "text", "text"],
    ["", undefined, undefined],
    ["\u0000 ", undefined, undefined],
    ["(null)", undefined, undefined],
    [5, "5", 5],
    [0, "0", 0],
    [false, undefined, false],
    [Number.POSITIVE_INFINITY, "Infinity", undefined],
    [null, undefined, undefined],
    [{}, undefined, undefined],
    [["x"], undefined, undefined],
  ])("of %j", (value, text, leaf) => {
    expect([textOf(value), leafOf(value)]).toEqual([text, leaf]);
  });

  it("are bounded, also in the middle of a surrogate pair", () => {
    expect(textOf("x".repeat(5000))).toHaveLength(1024);
    expect(leafOf("x".repeat(5000))).toHaveLength(1024);
    expect(bounded("ab\u{1f600}", 3)).toBe("ab\ufffd");
  });
});

describe("textsOf", () => {
  it.each([
    [undefined, []],
    [null, []],
    ["x", ["x"]],
    ["", []],
    [
      ["a", "", null, 5, { b: [1] }],
      ["a", "5", '{"b":[1]}'],
    ],
  ])("of %j", (list, texts) => {
    expect(textsOf(list)).toEqual(texts);
  });
});

describe("objectIn", () => {
  it.each(["", "x", "5", "null", "[]", '{"a":', `${'{"a":'.repeat(65)}1${"}".repeat(65)}`])(
    "finds none in %j",
    (text) => {
      expect(objectIn(text)).toBeUndefined();
    },
  );

  it("finds one that is as deep as it may be", () => {
    expect(objectIn(`${'{"a":'.repeat(64)}1${"}".repeat(64)}`)).toBeDefined();
  });
});

describe("stated", () => {
  it("leaves out what is undefined, and nothing else", () => {
    expect(Object.keys(stated({ a: undefined, b: null, c: 0, d: "" }))).toEqual(["b", "c", "d"]);
  });
});
