import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { SecretBox } from "./secret-box.js";

describe("SecretBox", () => {
  const box = new SecretBox(randomBytes(32));

  it("opens what it sealed, and never seals the same way twice", () => {
    const one = box.seal("s3cret", "a");
    expect(box.open(one, "a")).toBe("s3cret");
    expect(one.equals(box.seal("s3cret", "a"))).toBe(false);
    expect(one.includes("s3cret")).toBe(false);
  });

  it("derives the same key for the same purpose from the same instance key, and another one else", () => {
    const key = Buffer.alloc(32, 7);
    const derived = new SecretBox(key).derive("tokens");
    expect(derived).toHaveLength(32);
    expect(new SecretBox(key).derive("tokens")).toEqual(derived);
    expect(new SecretBox(key).derive("token")).not.toEqual(derived);
    expect(box.derive("tokens")).not.toEqual(derived);
    expect(derived).not.toEqual(key);
  });

  it("tells the same secret of one purpose from others, and what it is from neither", () => {
    const mark = box.fingerprint("s3cret", "a");
    expect([mark.length, mark.equals(box.fingerprint("s3cret", "a"))]).toEqual([32, true]);
    const other = new SecretBox(randomBytes(32));
    for (const each of [
      box.fingerprint("s3cret", "b"),
      box.fingerprint("secret", "a"),
      other.fingerprint("s3cret", "a"),
    ])
      expect(mark.equals(each)).toBe(false);
    expect(box.fingerprint('b"', "a").equals(box.fingerprint("b", 'a"'))).toBe(false);
  });

  it.each([
    ["another purpose", (sealed: Buffer) => box.open(sealed, "b")],
    ["another key", (sealed: Buffer) => new SecretBox(randomBytes(32)).open(sealed, "a")],
    [
      "a flipped bit",
      (sealed: Buffer) => box.open(Buffer.from(sealed.map((byte, i) => (i === 30 ? byte ^ 1 : byte))), "a"),
    ],
    ["a cut end", (sealed: Buffer) => box.open(sealed.subarray(0, -1), "a")],
  ])("refuses %s", (_, open) => {
    expect(() => open(box.seal("s3cret", "a"))).toThrow();
  });
});
