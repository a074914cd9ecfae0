import { describe, expect, it } from "vitest";
import { closeTo } from "./close.js";

describe("closeTo", () => {
  it("knows typing errors, the nearest first", () => {
    expect(closeTo("web-1", ["db", "wep-2", "web-2", "web-1.example.org"])).toEqual(["web-2", "web-1.example.org"]);
  });

  it("knows what a word is a part of, and the other way round", () => {
    expect(closeTo("openssl", ["libssl", "libopenssl-perl"])).toEqual(["libopenssl-perl"]);
    expect(closeTo("web-1.example.org", ["web-1"])).toEqual(["web-1"]);
  });

  it("takes a pattern as the text in it, and case as nothing", () => {
    expect(closeTo("OPEN*SSL", ["openssh"])).toEqual(["openssh"]);
  });

  it("says every word once, and no more than were asked for", () => {
    expect(closeTo("a1", ["a2", "a2", "a3", "a4"], 2)).toEqual(["a2", "a3"]);
  });

  it("finds nothing for nothing", () => {
    expect(closeTo("", ["a", ""])).toEqual([]);
    expect(closeTo("***", ["a"])).toEqual([]);
    expect(closeTo("a", [])).toEqual([]);
  });

  it("bears long words", () => {
    expect(closeTo("x".repeat(100_000), ["x".repeat(99_999)])).toHaveLength(1);
  });
});
