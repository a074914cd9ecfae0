import { readFile } from "node:fs/promises";
import { SMALL_CONTENT } from "@gatehouse/core/content";
import type { ContentFile } from "./sources.js";

/** Bytes and files that go together. */
const MOST_BYTES = 2 << 20;
const MOST_FILES = 1000;

/** A file that is to be stored. */
export type Sent = Pick<ContentFile, "file" | "size">;

/** Small files in batches, each with its digest; large ones alone. */
export function batchesOf(files: Iterable<readonly [sha256: string, file: Sent]>): {
  readonly small: (readonly (readonly [string, Sent])[])[];
  readonly large: (readonly [string, Sent])[];
} {
  const small: (readonly [string, Sent])[][] = [];
  const large: (readonly [string, Sent])[] = [];
  let bytes = 0;
  for (const one of files) {
    const { size } = one[1];
    if (size > SMALL_CONTENT) {
      large.push(one);
      continue;
    }
    const last = small.at(-1);
    if (last === undefined || last.length === MOST_FILES || bytes + size > MOST_BYTES) {
      small.push([one]);
      bytes = size;
    } else {
      last.push(one);
      bytes += size;
    }
  }
  return { small, large };
}

/** The bytes of a batch. A file that grew since is cut off where it is too large: its digest tells. */
export const bytesOf = (batch: readonly (readonly [string, Sent])[]): Promise<Buffer[]> =>
  Promise.all(
    batch.map(async ([, { file }]) =>
      (typeof file === "string" ? await readFile(file) : file).subarray(0, SMALL_CONTENT),
    ),
  );
