import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { MOST_SHOWN, shownBody } from "./body.js";
import { maskedValue } from "./mask-value.js";
import { prettyXml } from "./xml.js";

/** As deep as what is shown may be, and wide at the bottom: each value has 380 blanks before it. */
const deep = (values: number) => `${"[".repeat(190)}${"1,".repeat(values)}1${"]".repeat(190)}`;
const shown = (text: string, type: string) => {
  const bytes = gzipSync(text);
  expect(bytes.length).toBeLessThan(256 << 10);
  return shownBody(bytes, bytes.length, { "Content-Type": type });
};

describe("a small body that would become large when it is shown", () => {
  it.each([
    ["lists deep in each other, in texts", JSON.stringify(Array(40).fill(deep(90_000))), "application/json"],
    ["the same in texts of texts", JSON.stringify([JSON.stringify(Array(20).fill(deep(90_000)))]), "application/json"],
    ["in parts", `--B\r\n\r\n${deep(30_000)}\r\n`.repeat(99), "multipart/mixed; boundary=B"],
    ["in fields", `a=${deep(30_000)}&`.repeat(99), "application/x-www-form-urlencoded"],
    ["XML in texts", JSON.stringify(Array(300).fill("<a>".repeat(9000))), "application/json"],
  ])("is cut: %s", (_, text, type) => {
    const body = shown(text, type);
    expect(body).toMatchObject({ isCut: true, coding: "gzip" });
    expect(body.text.length).toBeLessThanOrEqual(MOST_SHOWN);
  });

  it("of parts within parts shows three levels", () => {
    let text = "";
    for (let i = 0; i < 20_000; i++) text += `--b${i}x\r\ncontent-type: multipart/mixed; boundary=b${i + 1}x\r\n\r\n`;
    expect(shown(text, "multipart/mixed; boundary=b0x")).toMatchObject({ syntax: "multipart" });
  });

  it("takes no more room than it is given", () => {
    const sizeOf = (value: unknown) => JSON.stringify(maskedValue(value, { left: 1000 }), undefined, 2).length;
    expect(sizeOf(Array(100).fill(deep(1000)))).toBeLessThan(10_000);
    expect(sizeOf(Array(100).fill({ password: "x", a: ["long ".repeat(1000)] }))).toBeLessThan(10_000);
    expect(sizeOf(Array(100).fill("<a><b>".repeat(100)))).toBeLessThan(100_000);
    expect(prettyXml("<a>".repeat(100_000), 10)?.length).toBeLessThan(16 << 20);
  });

  it("and says so also of one long text, though its end was a secret", () => {
    const text = JSON.stringify({ a: `${"x ".repeat(MOST_SHOWN / 2)}password=${"h".repeat(99)}`, b: 1 });
    expect(shown(text, "application/json").isCut).toBe(true);
  });
});

describe("what has room", () => {
  it("is shown whole", () => {
    const value = { a: [1, null, true, { b: "x", c: "" }], d: Array(10_000).fill("entry") };
    const body = shown(JSON.stringify(value), "application/json");
    expect(body.isCut).toBe(false);
    expect(JSON.parse(body.text)).toEqual(value);
  });
});
