import { describe, expect, it } from "vitest";
import { callUrl } from "./query.js";

describe("the query of a call", () => {
  const of = (value: Parameters<typeof callUrl>[2]) => callUrl("http://a/b/deploy/", "setStatus", value);

  it("is appended to the remote, keys and values encoded, in UTF-8", () => {
    expect(of({ "task[Deploy]": "2.8", msg: "é & ü=1" })).toBe(
      "http://a/b/deploy/?action=setStatus&task%5BDeploy%5D=2.8&msg=%C3%A9%20%26%20%C3%BC%3D1",
    );
  });

  it("has one of its key for each of a list, and nothing for what is undefined", () => {
    expect(of({ list: ["a", "b"], none: undefined, zero: 0 })).toBe(
      "http://a/b/deploy/?action=setStatus&list%5B%5D=a&list%5B%5D=b&zero=0",
    );
  });

  it("keeps the end of a long value, at most 1500 characters as encoded", () => {
    const url = of({ msg: `${"x".repeat(3000)}é the end` });
    const value = /msg=(.*)$/.exec(url)?.[1] ?? "";
    expect(value.length).toBeLessThanOrEqual(1500);
    expect(decodeURIComponent(value)).toMatch(/^…x+é the end$/);
    expect(of({ msg: "x".repeat(1500) })).toContain("x".repeat(1500));
  });

  it("stands a lone surrogate", () => {
    expect(of({ msg: "\ud800" })).toContain("msg=%EF%BF%BD");
  });
});
