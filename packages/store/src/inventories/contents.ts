import { deflateRawSync, inflateRawSync } from "node:zlib";

/** Bytes below which compressing gains nothing. */
const SMALL_BYTES = 256;
/** A list of packages halves three times at the first level; the next ones take longer for a few per cent. */
const LEVEL = { level: 1 } as const;

/** A section's content as it is stored: JSON, compressed where that gains something. */
export interface PackedContent {
  /** Bytes of the JSON. */
  readonly size: number;
  readonly content: Buffer;
}

/** JSON keeps what a column of PostgreSQL's does not: U+0000 and lone surrogates, escaped. */
export function packContent(content: unknown): PackedContent {
  const json = Buffer.from(JSON.stringify(content) ?? "null");
  if (json.length < SMALL_BYTES) return { size: json.length, content: json };
  const smaller = deflateRawSync(json, LEVEL);
  return { size: json.length, content: smaller.length < json.length ? smaller : json };
}

/** The content again. @throws for bytes that {@link packContent} did not make */
export function unpackContent({ size, content }: PackedContent): unknown {
  const json = content.length === size ? content : inflateRawSync(content, { maxOutputLength: size });
  return JSON.parse(json.toString("utf8"));
}
