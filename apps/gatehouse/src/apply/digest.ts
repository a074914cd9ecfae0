import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/** Lower-case hex. */
export const sha256Of = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** SHA-256 (lower-case hex) and length of a file. */
export async function digestOf(file: string): Promise<{ sha256: string; size: number }> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { sha256: hash.digest("hex"), size };
}
