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
    const wrong = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`f${i}${"x".repeat(100)}`, i]));
    const said = (() => {
      try {
        return String(of(JSON.stringify(wrong)));
      } catch (thrown) {
        return (thrown as Error).message;
      }
    })();
    expect(said).toMatch(/^the body has no fields "f0x+", .* and 4995 more\.$/);
    expect(said.length).toBeLessThan(500);
  });
});

it("a protocol's own schema is checked as it is", () => {
  const check = plainChecker({ type: "array", items: { enum: ["a", "b"] }, uniqueItems: true }, "value");
  expect(check(["a", "b"])).toEqual(["a", "b"]);
  expect(() => check(["c"])).toThrow("value/0 must be one of a, b.");
});
