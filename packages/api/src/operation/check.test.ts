import { describe, expect, it } from "vitest";
import { bodyParser, plainChecker } from "./check.js";
import { integer, listOf, named, nullable, object, text } from "./schema.js";

const Inner = named("Inner", object({ size: integer({ minimum: 1 }) }, { note: nullable(text()) }));
const parse = bodyParser(object({ name: text({ pattern: "^[a-z]+$" }) }, { parts: listOf(Inner, { maxItems: 2 }) }));
const of = (text: string) => parse(Buffer.from(text));

describe("a body", () => {
  it("is taken when it fits", () => {
    expect(of('{"name":"a","parts":[{"size":1,"note":null}]}')).toEqual({
      name: "a",
      parts: [{ size: 1, note: null }],
    });
  });

  it.each([
    ["", "The body is not JSON."],
    ["{", "The body is not JSON."],
    ["[]", "the body must be object."],
    ["null", "the body must be object."],
    ["{}", "the body must have required property 'name'."],
    ['{"name":"A"}', 'the body/name must match pattern "^[a-z]+$".'],
    ['{"name":"a","nmae":1}', 'the body has no field "nmae".'],
    ['{"name":1,"x":1,"y":2}', 'the body has no fields "x", "y".'],
    ['{"name":"a","__proto__":{"name":"b"}}', 'the body has no field "__proto__".'],
    ['{"name":"a","parts":[{"size":1},{"size":1,"force":true}]}', 'the body/parts/1 has no field "force".'],
    ['{"name":"a","parts":[{"size":0}]}', "the body/parts/0/size must be >= 1."],
  ])("%s is refused: %s", (body, message) => {
    expect(() => of(body)).toThrow(expect.objectContaining({ code: "request-malformed", message }));
  });

  it("is refused in few words, however much is wrong with it", () => {
    const wrong = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`f${i}${"x".repeat(100)}`, i]));
    const said = (() => {
      try {
        return String(of(JSON.stringify(wrong)));
      } catch (thrown) {
        return (thrown as Error).message;
      }
    })();
    expect(said).toMatch(/^the body has no fields "f0x+", .* and 495 more\.$/);
    expect(said.length).toBeLessThan(500);
  });
});

describe("a large body", () => {
  const list = bodyParser(object({ parts: listOf(Inner, { maxItems: 10_000 }) }));
  const said = (text: string) => {
    try {
      return list(Buffer.from(text));
    } catch (thrown) {
      return (thrown as Error).message;
    }
  };
  const parts = (text: string, count: number) => `{"parts":[${Array(count).fill(text).join(",")}]}`;

  it("is taken when it fits", () => {
    expect(said(parts('{"size":1}', 10_000))).toMatchObject({ parts: { length: 10_000 } });
  });

  it("is refused with the first thing that is wrong: a list of all would take what memory there is", () => {
    expect(said(parts("{}", 100_000))).toBe("the body/parts must NOT have more than 10000 items.");
    expect(said(parts('{"size":0,"force":true}', 9_999))).toBe('the body/parts/0 has no field "force".');
  });

  it("is refused before it is read where it has more values than any has", () => {
    const refusal = "The body has more than 2000000 values.";
    expect(said(parts("{}", 2_000_000))).toBe(refusal);
    expect(said("[".repeat(2_000_001))).toBe(refusal);
  });
});

it("a protocol's own schema is checked as it is", () => {
  const check = plainChecker({ type: "array", items: { enum: ["a", "b"] }, uniqueItems: true }, "value");
  expect(check(["a", "b"])).toEqual(["a", "b"]);
  expect(() => check(["c"])).toThrow("value/0 must be one of a, b.");
});
