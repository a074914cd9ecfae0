import { describe, expect, it } from "vitest";
import { GrowingBytes } from "./growing-bytes.js";

describe("bytes that grow", () => {
  it("hold what was added, in order, through every growth", () => {
    const bytes = new GrowingBytes();
    const expected: Buffer[] = [];
    for (let i = 0; i < 300; i++) {
      const text = `é${"x".repeat(i * 7)}€\u{1f600}`;
      bytes.addText(text);
      bytes.addBytes(Buffer.alloc(i * 11, i));
      expected.push(Buffer.from(text), Buffer.alloc(i * 11, i));
      expect(bytes.length).toBe(bytes.bytes.length);
    }
    expect(bytes.bytes.equals(Buffer.concat(expected))).toBe(true);
  });

  it("take one piece that is larger than all before", () => {
    const bytes = new GrowingBytes();
    bytes.addText("a");
    bytes.addBytes(Buffer.alloc(1 << 20, 1));
    bytes.addText("€".repeat(1 << 20));
    expect(bytes.bytes.subarray(-3).toString()).toBe("€");
    expect(bytes.length).toBe(1 + (1 << 20) + 3 * (1 << 20));
  });

  it("write a lone surrogate as U+FFFD", () => {
    const bytes = new GrowingBytes();
    bytes.addText("a\ud800b");
    expect(bytes.bytes.toString()).toBe("a\ufffdb");
  });
});
