import { describe, expect, it } from "vitest";
import { diffOf } from "./diff.js";

const diff = (a: string | Buffer, b: string | Buffer) =>
  diffOf({ body: Buffer.concat([Buffer.from(a), Buffer.from(b)]), first: Buffer.from(a).length, names: ["aa", "bb"] });

describe("the difference of two files", () => {
  it("is written as diff -u does", () => {
    expect(diff("one\ntwo\nthree\n", "one\n2\nthree\n")).toBe(
      "--- aa\n+++ bb\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n",
    );
  });

  it("says where the last line has no end", () => {
    expect(diff("a\n", "b")).toContain("\\ No newline at end of file");
  });

  it("is nothing for equal files, and one line for those that are no text", () => {
    expect(diff("same", "same")).toBe("");
    expect(diff(Buffer.from([0, 1]), "x")).toBe("Binary files aa and bb differ\n");
  });

  it("keeps bytes that are no UTF-8", () => {
    const patch = diff(Buffer.from([0xe9, 0x0a]), Buffer.from([0xe8, 0x0a]));
    expect(Buffer.from(patch, "latin1").includes(Buffer.from([0x2d, 0xe9, 0x0a]))).toBe(true);
  });
});
