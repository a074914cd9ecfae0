import { promisify } from "node:util";
import { brotliDecompress, brotliDecompressSync, unzip, unzipSync } from "node:zlib";
import { GatehouseError } from "@gatehouse/core/errors";
import { type BodyCoding, codingOfType } from "./coding.js";
import { inflateWithin } from "./inflate.js";

const unzipAsync = promisify(unzip);
const brotliAsync = promisify(brotliDecompress);

/** What a message may unpack to. */
export interface AgentBodyLimits {
  /** Bytes. */
  readonly bytes: number;
  /** Bytes for each byte that was sent; above {@link freeBytes} only. The best of a real agent is 24. */
  readonly ratio: number;
  /** Bytes that anybody may unpack to. */
  readonly freeBytes: number;
}

/** Three times the largest that is known of (wire/glpi.md section 2). */
export const AGENT_BODY_LIMITS: AgentBodyLimits = { bytes: 64 << 20, ratio: 200, freeBytes: 1 << 20 };

/** Bytes up to which a body is inflated on this thread, and of what comes out of it: handing it over takes longer. */
const INLINE_PACKED = 8 << 10;
const INLINE_BYTES = 256 << 10;

/** Bytes that a message of so many may unpack to. */
export const mostUnpacked = (length: number, { bytes, ratio, freeBytes } = AGENT_BODY_LIMITS): number =>
  Math.min(bytes, Math.max(freeBytes, length * ratio));

export type BodySyntax = "json" | "xml";

/** A message as it was meant. */
export interface AgentBody {
  readonly coding: BodyCoding;
  readonly syntax: BodySyntax;
  /** Unpacked, without a byte order mark. */
  readonly bytes: Buffer;
}

/**
 * Unpacks the message of an inventory agent, and says what it is written in. The bytes tell, not the label: agents behind
 * proxies and injectors label wrongly. Only brotli cannot be told by its bytes, so who says it is believed.
 * @param contentType the request's
 * @throws request-malformed for an empty, broken, truncated or twice packed one; body-too-large as soon as a limit is
 *   passed; coding-unsupported for bytes that are nothing, under a label that is nothing to us
 */
export async function decodeAgentBody(
  body: Buffer,
  contentType: string | undefined,
  limits: AgentBodyLimits = AGENT_BODY_LIMITS,
): Promise<AgentBody> {
  const { coding, most } = packingOf(body, contentType, limits);
  return meant(coding === "plain" ? body : await unpacked(body, coding, most), coding, limits);
}

/**
 * The same at once, on this thread: for processors of what was accepted as it came.
 * @throws as {@link decodeAgentBody}
 */
export function decodeAgentBodySync(
  { buffer, byteOffset, byteLength }: Uint8Array,
  contentType: string | undefined,
  limits: AgentBodyLimits = AGENT_BODY_LIMITS,
): AgentBody {
  const body = Buffer.from(buffer, byteOffset, byteLength);
  const { coding, most } = packingOf(body, contentType, limits);
  return meant(coding === "plain" ? body : unpackedSync(body, coding, most), coding, limits);
}

function packingOf(body: Buffer, contentType: string | undefined, limits: AgentBodyLimits) {
  if (body.length === 0) throw malformed("The request has no body.");
  return { coding: codingOf(body, contentType), most: mostUnpacked(body.length, limits) };
}

function meant(unpackedBytes: Buffer, coding: BodyCoding, limits: AgentBodyLimits): AgentBody {
  const bytes = withoutMark(unpackedBytes);
  if (bytes.length > limits.bytes) throw tooLarge(limits.bytes);
  const syntax = syntaxOf(bytes);
  if (syntax === undefined) throw malformed("The body is neither JSON nor XML.");
  return { coding, syntax, bytes };
}

function codingOf(body: Buffer, contentType: string | undefined): BodyCoding {
  const labelled = codingOfType(contentType);
  if (labelled === "brotli") return "brotli";
  if (body[0] === 0x1f && body[1] === 0x8b) return "gzip";
  if (syntaxOf(withoutMark(body)) !== undefined) return "plain";
  if (isZlib(body)) return "zlib";
  if (labelled !== undefined) throw malformed("The body is not what its Content-Type says.");
  throw new GatehouseError("coding-unsupported", "The body's coding is not known here.");
}

/** RFC 1950, section 2.2: deflate, and a check over the first two bytes. A dictionary is nothing that agents and we share. */
const isZlib = ([first = 0, second = 0]: Buffer): boolean => (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;

async function unpacked(body: Buffer, coding: Exclude<BodyCoding, "plain">, most: number): Promise<Buffer> {
  try {
    if (coding === "brotli") return await brotliAsync(body, { maxOutputLength: most });
    const small = body.length > INLINE_PACKED ? undefined : inflateWithin(body, Math.min(most, INLINE_BYTES));
    return small ?? (await unzipAsync(body, { maxOutputLength: most }));
  } catch (thrown) {
    throw unpackError(thrown, coding, most);
  }
}

function unpackedSync(body: Buffer, coding: Exclude<BodyCoding, "plain">, most: number): Buffer {
  try {
    return (coding === "brotli" ? brotliDecompressSync : unzipSync)(body, { maxOutputLength: most });
  } catch (thrown) {
    throw unpackError(thrown, coding, most);
  }
}

const unpackError = (thrown: unknown, coding: BodyCoding, most: number): GatehouseError =>
  thrown instanceof RangeError ? tooLarge(most) : malformed(`The body cannot be unpacked as ${coding}.`);

const MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const withoutMark = (bytes: Buffer): Buffer =>
  bytes.subarray(0, MARK.length).equals(MARK) ? bytes.subarray(MARK.length) : bytes;

const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
/** Blanks that may come before the first character: 64 MiB of them would take a second. */
const MOST_BLANKS = 4096;

/** By the first character that is no blank. */
function syntaxOf(bytes: Buffer): BodySyntax | undefined {
  let at = 0;
  while (at < MOST_BLANKS && BLANKS.has(bytes[at] ?? 0)) at++;
  if (bytes[at] === 0x7b) return "json";
  return bytes[at] === 0x3c ? "xml" : undefined;
}

const malformed = (message: string) => new GatehouseError("request-malformed", message);
const tooLarge = (most: number) => new GatehouseError("body-too-large", `The body unpacks to more than ${most} bytes.`);
