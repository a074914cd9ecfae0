import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { FileEntry } from "@gatehouse/core/environments";
import { LRUCache } from "lru-cache";
import { serverError } from "../errors.js";
import type { ContentReader } from "./read-small.js";

const DIGESTS = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"] as const;
const LITE = ["md5lite", "sha1lite", "sha256lite"] as const;
const OTHERS = ["mtime", "ctime", "none"] as const;

/** Every kind that an agent can ask for (wire/puppet.md section 3.5). */
export const CHECKSUM_TYPES = [...DIGESTS, ...LITE, ...OTHERS] as const;
export type ChecksumType = (typeof CHECKSUM_TYPES)[number];
type DigestType = (typeof DIGESTS)[number] | (typeof LITE)[number];

/** Bytes that a lite kind looks at. */
const LITE_BYTES = 512;
/** Digests that are kept: those of some ten environments, in 30 MB. */
const KEPT = 100_000;

/** @throws PuppetError with puppetserver's text */
export function checksumTypeOf(name: string): ChecksumType {
  const found = CHECKSUM_TYPES.find((type) => type === name);
  if (found === undefined) throw serverError(`Unsupported checksum type ${name.slice(0, 100)}`);
  return found;
}

/** Says what a file's bytes add up to, for files whose bytes were looked at. */
export type DigestOf = (file: FileEntry) => string;

/**
 * Digests of files. Every version has md5 and sha256 beside its files; of the other kinds each blob's is made once, when
 * somebody asks, a piece at a time, however many ask.
 */
export class Checksums {
  readonly #content: ContentReader;
  // By size, each counted as one: by number it would take its room at once, and most gateways never need it.
  readonly #made = new LRUCache<string, Promise<string>>({ maxSize: KEPT, sizeCalculation: () => 1 });

  constructor(content: ContentReader) {
    this.#content = content;
  }

  /** @returns what answers for these files at once */
  async of(type: ChecksumType, files: Iterable<FileEntry>): Promise<DigestOf> {
    if (type === "sha256" || type === "md5") return (file) => file[type];
    if (type === "mtime" || type === "ctime" || type === "none") return () => "";
    const digests = new Map<string, string>();
    for (const file of files) {
      if (!digests.has(file.sha256)) digests.set(file.sha256, await this.#digest(type, file));
    }
    return ({ sha256 }) => digests.get(sha256) ?? "";
  }

  #digest(type: DigestType, file: FileEntry): Promise<string> {
    const key = `${type} ${file.sha256}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const made = digestOf(type, file, this.#content);
    this.#made.set(key, made);
    made.catch(() => this.#made.delete(key));
    return made;
  }
}

async function digestOf(type: DigestType, file: FileEntry, content: ContentReader): Promise<string> {
  const lite = type.endsWith("lite");
  const hash = createHash(lite ? type.slice(0, -4) : type);
  const blob = await content.open(file);
  if ("bytes" in blob) hash.update(lite ? blob.bytes.subarray(0, LITE_BYTES) : blob.bytes);
  else for await (const chunk of createReadStream(blob.path, lite ? { end: LITE_BYTES - 1 } : {})) hash.update(chunk);
  return hash.digest("hex");
}
