import { brotliDecompressSync, constants, unzipSync } from "node:zlib";

/** Bytes that a body is unpacked to for looking at it. */
const MOST_UNPACKED = 8 << 20;

export interface Unpacked {
  readonly bytes: Buffer;
  /** How it was packed; null for a plain one. */
  readonly coding: "gzip" | "zlib" | "br" | null;
}

/**
 * A body as it was before it was packed, as far as it goes: of one that was cut, its beginning. The bytes tell, or the label where they
 * cannot; what does not unpack is given back as it is.
 * @param labels Content-Type and Content-Encoding, in lower case
 */
export function unpackedBody(bytes: Buffer, labels: string): Unpacked {
  const coding = codingOf(bytes, labels);
  if (coding === null) return { bytes, coding };
  const finishFlush = coding === "br" ? constants.BROTLI_OPERATION_FLUSH : constants.Z_SYNC_FLUSH;
  try {
    const unpack = coding === "br" ? brotliDecompressSync : unzipSync;
    return { bytes: unpack(bytes, { maxOutputLength: MOST_UNPACKED, finishFlush }), coding };
  } catch {
    // Not what it looked like, or a bomb: shown as the bytes that came.
    return { bytes, coding: null };
  }
}

function codingOf(bytes: Buffer, labels: string): Unpacked["coding"] {
  const [first = 0, second = 0] = bytes;
  if (first === 0x1f && second === 0x8b) return "gzip";
  if (/\bbr\b|brotli|x-compress-br/.test(labels)) return "br";
  // RFC 1950, section 2.2: `x` begins many texts, and few of them have a second byte that fits.
  return first === 0x78 && ((first << 8) | second) % 31 === 0 ? "zlib" : null;
}
