import type { Readable } from "node:stream";

const NEWLINE = 10;

/**
 * Splits a stream into lines, as bytes and without their ends. What comes after the last end is no line.
 * @param most bytes of one line; a longer one is told to `tooLong` and ends the reading
 */
export function readLines(
  stream: Readable,
  most: number,
  { line, tooLong }: { readonly line: (bytes: Buffer) => void; readonly tooLong: () => void },
): void {
  let parts: Buffer[] = [];
  let size = 0;
  const onData = (chunk: Buffer) => {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      const part = chunk.subarray(start, end < 0 ? chunk.length : end);
      size += part.length;
      if (size > most) {
        stream.off("data", onData);
        return tooLong();
      }
      parts.push(part);
      if (end < 0) return;
      const [first = part] = parts;
      const whole = parts.length === 1 ? first : Buffer.concat(parts, size);
      parts = [];
      size = 0;
      start = end + 1;
      line(whole);
    }
  };
  stream.on("data", onData);
}
