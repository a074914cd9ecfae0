import { randomUUID } from "node:crypto";
import type { Exchange } from "@gatehouse/core/exchanges";
import { cleanText } from "../clean.js";
import { GrowingBytes } from "../growing-bytes.js";
import { addContent } from "./sealed.js";

/** Characters of a path in lists. */
const MOST_PATH = 1024;

/** Takes the lines that {@link PackedExchanges} writes. */
export const COPY_EXCHANGES = `copy exchanges (content_id, content_start, request_id, protocol, route, method, path, status,
  milliseconds, from_address, peer, node_id, request_bytes, response_bytes) from stdin`;

/** Where a batch is written. */
export interface Buffers {
  readonly contents: GrowingBytes;
  readonly lines: GrowingBytes;
}

export const newBuffers = (): Buffers => ({ contents: new GrowingBytes(), lines: new GrowingBytes() });

/**
 * Exchanges as two runs of bytes: what they carried, and a line each of COPY's text format with the rest. As objects, and as
 * arrays of a statement, they took the gateway twice as long.
 */
export class PackedExchanges {
  readonly contentId = randomUUID();
  readonly #contents: GrowingBytes;
  readonly #lines: GrowingBytes;
  /** Where each begins. */
  readonly #contentStarts: number[] = [];
  readonly #lineStarts: number[] = [];
  #bytes = 0;

  /** @param buffers written by nobody else as long as this is */
  constructor(buffers: Buffers) {
    this.#contents = buffers.contents;
    this.#lines = buffers.lines;
    buffers.contents.clear();
    buffers.lines.clear();
  }

  get count(): number {
    return this.#lineStarts.length;
  }

  /** Of what they carried. */
  get bytes(): number {
    return this.#bytes;
  }

  put(exchange: Exchange): void {
    const [start, lineStart] = [this.#contents.length, this.#lines.length];
    addContent(this.#contents, exchange);
    this.#bytes = this.#contents.length;
    const { requestId, protocol, route, status, durationMs, url, requestBody, responseBody } = exchange;
    const mark = url.indexOf("?");
    const path = field((mark < 0 ? url : url.slice(0, mark)).slice(0, MOST_PATH));
    const who = `${field(exchange.from)}\t${field(exchange.peer)}\t${exchange.caller?.nodeId ?? NULL}`;
    this.#lines.addText(
      `${this.contentId}\t${start}\t${requestId}\t${protocol}\t${route}\t${field(exchange.method)}\t${path}\t${status}\t${
        // Shorter to write, and more than anybody reads.
        Math.round(durationMs * 100) / 100
      }\t${who}\t${requestBody.length}\t${responseBody?.length ?? NULL}\n`,
    );
    this.#contentStarts.push(start);
    this.#lineStarts.push(lineStart);
  }

  /** Bytes of what one of them carried. */
  bytesOf(index: number): number {
    return endOf(this.#contentStarts, index, this.#contents) - (this.#contentStarts[index] ?? 0);
  }

  /** What is stored of those at which `isTaken` is true. Nothing can be put afterwards. */
  taken(isTaken: readonly boolean[]): { readonly contents: Buffer; readonly lines: Buffer } {
    const contents = this.#contents.bytes;
    const lines = this.#lines.bytes;
    if (isTaken.every(Boolean)) return { contents, lines };
    const kept: Buffer[] = [];
    for (const [i, is] of isTaken.entries()) {
      if (is) kept.push(lines.subarray(this.#lineStarts[i], endOf(this.#lineStarts, i, this.#lines)));
      // The others' places stay what their lines say.
      else contents.fill(0, this.#contentStarts[i], endOf(this.#contentStarts, i, this.#contents));
    }
    return { contents, lines: Buffer.concat(kept) };
  }
}

const endOf = (starts: readonly number[], index: number, all: GrowingBytes): number => starts[index + 1] ?? all.length;

const NULL = "\\N";
/** What COPY reads in another way, or PostgreSQL takes in no text. */
const SPECIAL = /[\\\t\n\r\0\ud800-\udfff]/;

/** A text as COPY reads it. */
function field(text: string | undefined): string {
  if (text === undefined) return NULL;
  if (!SPECIAL.test(text)) return text;
  return cleanText(text)
    .replaceAll("\\", "\\\\")
    .replaceAll("\t", "\\t")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r");
}
