import { readFile } from "node:fs/promises";
import type { ContentStore } from "@gatehouse/core/content";
import type { FileEntry } from "@gatehouse/core/environments";
import { serverError } from "../errors.js";

export type ContentReader = Pick<ContentStore, "open">;

/** The bytes of a small file of an environment. @throws PuppetError for one that is larger than `limit` bytes */
export async function readSmall(content: ContentReader, file: FileEntry, limit: number): Promise<Buffer> {
  if (file.size > limit) throw serverError(`${file.path} has ${file.size} bytes; no more than ${limit} are read`);
  const blob = await content.open(file);
  return "bytes" in blob ? blob.bytes : await readFile(blob.path);
}
