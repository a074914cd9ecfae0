import { describe, expect, it } from "vitest";
import { errorItem } from "./bodies.test.helper.js";
import { errorsSaid } from "./errors-said.js";

const said = (Errors: readonly unknown[] | string | null, status?: Record<string, unknown>) =>
  errorsSaid({ JobId: "x", Errors }, status);

describe("errorsSaid", () => {
  it("reads message, resource and code out of the JSON text, and leaves the .NET record alone", () => {
    expect(said([errorItem("No space left.", { ResourceId: "[File]Motd", ErrorCode: 7 })])).toEqual([
      { message: "No space left.", resource: "[File]Motd", code: "7" },
    ]);
  });

  it.each([
    ["no JSON", "{broken", "{broken"],
    ["a JSON that is no object", '["x"]', '["x"]'],
    ["an object without a message", '{"ErrorCode":"1"}', '{"ErrorCode":"1"}'],
    ["a message that is no text", '{"ErrorMessage":{"a":1}}', '{"ErrorMessage":{"a":1}}'],
    ["an object that is no text", { ErrorMessage: "m" }, "m"],
    ["a number", 5, "5"],
  ])("takes %s", (_, item, message) => {
    expect(said([item]).map((error) => error.message)).toEqual([message]);
  });

  it("skips what says nothing", () => {
    expect(said(null)).toEqual([]);
    expect(said([])).toEqual([]);
    expect(said([null, "", "   "])).toEqual([]);
  });

  it("takes a text for a list of one", () => {
    expect(said("It broke.")).toEqual([{ message: "It broke.", resource: null, code: null }]);
  });

  it("says each error once", () => {
    expect(said([errorItem("a"), errorItem("a"), errorItem("a", { ResourceId: "[File]x" })])).toHaveLength(2);
  });

  it("adds what StatusData says, unless an error has said it", () => {
    expect(said([], { Error: "It failed." })).toEqual([{ message: "It failed.", resource: null, code: null }]);
    expect(said([errorItem("It failed.")], { Error: "It failed." })).toHaveLength(1);
    expect(said([errorItem("It failed.")], { Error: "Otherwise." })).toHaveLength(2);
    for (const nothing of ["", null, "(null)", {}, undefined]) expect(said([], { Error: nothing })).toEqual([]);
  });

  it("reads null pointers of DSC for Linux as nothing", () => {
    expect(said([errorItem("m", { ResourceId: "(null)", ErrorCode: "(null)" })])).toEqual([
      { message: "m", resource: null, code: null },
    ]);
  });

  it("bounds a message, and how many are looked at", () => {
    expect(said([errorItem("x".repeat(100_000))])[0]?.message).toHaveLength(2048);
    expect(said(["y".repeat(100_000)])[0]?.message).toHaveLength(2048);
    const many = said(Array.from({ length: 100_000 }, (_, i) => errorItem(`error ${i}`)));
    expect([many.length, many.at(-1)?.message]).toEqual([200, "error 199"]);
  });

  it("cleans what PostgreSQL does not take, outside and inside of the JSON", () => {
    expect(said([errorItem("a\u0000b\ud800")])[0]?.message).toBe("ab\ufffd");
    expect(said(["a\u0000b\udc00c"])[0]?.message).toBe("ab\ufffdc");
  });

  it("does not read an error's fields off its prototype", () => {
    expect(said(['{"__proto__":{"ErrorMessage":"inherited","ResourceId":"r"}}'])).toEqual([
      { message: '{"__proto__":{"ErrorMessage":"inherited","ResourceId":"r"}}', resource: null, code: null },
    ]);
  });
});
