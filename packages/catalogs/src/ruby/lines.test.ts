import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { readLines } from "./lines.js";

function reading(most = 100) {
  const stream = new PassThrough();
  const seen: string[] = [];
  readLines(stream, most, { line: (bytes) => seen.push(bytes.toString()), tooLong: () => seen.push("too long") });
  const write = (text: string) => new Promise<void>((resolve) => stream.write(text, () => setImmediate(resolve)));
  return { seen, write };
}

describe("lines of a stream", () => {
  it("are the same however they are cut", async () => {
    const { seen, write } = reading();
    for (const part of ["a", "b\nc", "\n", "\nd\ne\n", "f"]) await write(part);
    expect(seen).toEqual(["ab", "c", "", "d", "e"]);
  });

  it("are bounded, one by one", async () => {
    const { seen, write } = reading(3);
    for (const part of ["abc\nab", "cd", "e\nf\n"]) await write(part);
    expect(seen).toEqual(["abc", "too long"]);
  });
});
