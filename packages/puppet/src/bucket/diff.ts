import { GatehouseError } from "@gatehouse/core/errors";
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";

/** Milliseconds for a comparison: two files of nothing but short lines take for ever. */
const LONGEST_MS = 2_000;

/** Two files, one after another in one body. */
export interface Comparing {
  readonly body: Uint8Array;
  /** Bytes of the first. */
  readonly first: number;
  readonly names: readonly [string, string];
}

/**
 * What stands in one file and not in the other, line by line, as `diff -u` writes it.
 * @returns a text whose characters are bytes (latin1), empty for equal files
 * @throws request-malformed where they have too little in common
 */
export function diffOf({ body, first, names }: Comparing): string {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("latin1");
  const [a, b] = [text.slice(0, first), text.slice(first)];
  if (a === b) return "";
  if (text.includes("\0")) return `Binary files ${names[0]} and ${names[1]} differ\n`;
  const options = { timeout: LONGEST_MS, headerOptions: FILE_HEADERS_ONLY };
  const patch = createTwoFilesPatch(...names, a, b, undefined, undefined, options);
  if (patch !== undefined) return patch;
  throw new GatehouseError("request-malformed", "The files have too little in common to be compared line by line");
}
