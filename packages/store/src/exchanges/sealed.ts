import {
  type Exchange,
  type ExchangeContent,
  type KeptBody,
  MOST_BODY,
  type PackedExchange,
} from "@gatehouse/core/exchanges";
import { cleanText } from "../clean.js";
import type { SecretBox } from "../secret-box.js";

/** Characters of a path in lists. */
const MOST_PATH = 1024;
const LENGTH_BYTES = 4;
const purposeOf = (id: string) => `exchanges ${id}`;

interface Sizes {
  /** Bytes that came or went, and of them those that are kept. */
  readonly size: number;
  readonly kept: number;
}
type Said = Omit<ExchangeContent, "request" | "response"> & {
  readonly requestId: string;
  readonly request: Sizes;
  readonly response: Sizes | null;
};

/** Its content is the length of what is said of it, that, and the two bodies. */
export function packExchange(exchange: Exchange): PackedExchange {
  const { requestId, url, requestHeaders, responseHeaders, requestBody, responseBody } = exchange;
  const request = sizesOf(requestBody);
  const response = responseBody === undefined ? null : sizesOf(responseBody);
  const said = JSON.stringify({ requestId, url, requestHeaders, responseHeaders, request, response } satisfies Said);
  const length = Buffer.byteLength(said);
  const bodiesAt = LENGTH_BYTES + length;
  const content = Buffer.allocUnsafe(bodiesAt + request.kept + (response?.kept ?? 0));
  content.writeUInt32BE(length);
  content.write(said, LENGTH_BYTES);
  content.set(requestBody.subarray(0, request.kept), bodiesAt);
  if (responseBody !== undefined) content.set(responseBody.subarray(0, MOST_BODY), bodiesAt + request.kept);
  return {
    requestId,
    durationMs: exchange.durationMs,
    protocol: exchange.protocol,
    route: exchange.route,
    method: cleanText(exchange.method),
    path: cleanText(url.split("?", 1)[0] ?? "").slice(0, MOST_PATH),
    status: exchange.status,
    from: exchange.from === undefined ? null : cleanText(exchange.from),
    peer: exchange.peer === undefined ? null : cleanText(exchange.peer),
    nodeId: exchange.caller?.nodeId ?? null,
    requestBytes: request.size,
    responseBytes: response?.size ?? null,
    content,
  };
}

const sizesOf = ({ length }: Uint8Array): Sizes => ({ size: length, kept: Math.min(length, MOST_BODY) });

/**
 * What exchanges carried as it is kept, under the instance key: all of them together, because encrypting a small one costs as much
 * as all the rest of keeping it.
 * @param id of the whole: bytes of another do not open under it
 * @returns with them where each begins, in bytes of what is opened
 */
export function sealExchanges(
  box: SecretBox,
  contents: readonly Buffer[],
  id: string,
): { readonly sealed: Buffer; readonly starts: readonly number[] } {
  let end = 0;
  const starts = contents.map(({ length }) => {
    end += length;
    return end - length;
  });
  return { sealed: box.seal(Buffer.concat(contents), purposeOf(id)), starts };
}

/** Where the content of an exchange is found. */
export interface Place {
  readonly sealed: Buffer;
  readonly id: string;
  /** Where it begins in what is opened. */
  readonly start: number;
}

/** @throws an Error for bytes of another exchange, or under another key */
export function openExchange(box: SecretBox, { sealed, id, start }: Place, requestId: string): ExchangeContent {
  const content = box.openBytes(sealed, purposeOf(id)).subarray(start);
  const bodiesAt = LENGTH_BYTES + content.readUInt32BE(0);
  const said = JSON.parse(content.toString("utf8", LENGTH_BYTES, bodiesAt)) as Said;
  if (said.requestId !== requestId) throw new Error("what is kept of an exchange is another one's");
  const { url, requestHeaders, responseHeaders, request, response } = said;
  const bodyAt = (at: number, { size, kept }: Sizes): KeptBody => ({ bytes: content.subarray(at, at + kept), size });
  return {
    url,
    requestHeaders,
    responseHeaders,
    request: bodyAt(bodiesAt, request),
    response: response === null ? undefined : bodyAt(bodiesAt + request.kept, response),
  };
}
