import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import { type Exchange, type ExchangeContent, type KeptBody, MOST_BODY } from "@gatehouse/core/exchanges";
import type { GrowingBytes } from "../growing-bytes.js";
import type { SecretBox } from "../secret-box.js";

/** Exchanges are alike: a tenth is left of small ones. In this quality that costs less than encrypting and storing the rest would. */
const FAST = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
const LENGTH_BYTES = 4;
/** No line of HTTP has it (RFC 9110, 5.5). Writing JSON took three times as long. */
const END = "\0";
const purposeOf = (id: string) => `exchanges ${id}`;

/**
 * Adds what an exchange carried: the length of its head, that, and as much of both bodies as is kept. A head is the request's id, the
 * URL, how large the bodies were and how much of them is kept, the count of the request's headers, and both messages' headers.
 */
export function addContent(to: GrowingBytes, exchange: Exchange): void {
  const { requestHeaders, responseHeaders, requestBody, responseBody } = exchange;
  const [requestKept, responseKept] = [keptOf(requestBody), responseBody === undefined ? 0 : keptOf(responseBody)];
  const sizes = `${requestBody.length}${END}${requestKept}${END}${responseBody?.length ?? ""}${END}${responseKept}`;
  let head = `${exchange.requestId}${END}${exchange.url}${END}${sizes}${END}${requestHeaders.length}`;
  if (requestHeaders.length > 0) head += END + requestHeaders.join(END);
  for (const name in responseHeaders) head += END + name + END + responseHeaders[name];
  const at = to.length;
  to.addBytes(NO_LENGTH);
  to.addText(head);
  to.bytes.writeUInt32BE(to.length - at - LENGTH_BYTES, at);
  to.addBytes(requestBody.subarray(0, requestKept));
  if (responseBody !== undefined) to.addBytes(responseBody.subarray(0, responseKept));
}

const NO_LENGTH = Buffer.alloc(LENGTH_BYTES);
const keptOf = ({ length }: Uint8Array) => Math.min(length, MOST_BODY);

/**
 * What exchanges carried as it is kept, under the instance key: all of them together, because encrypting a small one costs as much
 * as all the rest of keeping it.
 * @param id of the whole: bytes of another do not open under it
 */
export function sealContents(box: SecretBox, contents: Buffer, id: string): Buffer {
  return box.seal(brotliCompressSync(contents, FAST), purposeOf(id));
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
  const content = brotliDecompressSync(box.openBytes(sealed, purposeOf(id))).subarray(start);
  const bodiesAt = LENGTH_BYTES + content.readUInt32BE(0);
  const head = content.toString("utf8", LENGTH_BYTES, bodiesAt).split(END);
  const [itsId, url = "", requestSize, requestKept, responseSize, responseKept, count] = head;
  if (itsId !== requestId) throw new Error("what is kept of an exchange is another one's");
  const responseAt = FIELDS + Number(count);
  const bodyAt = (at: number, size: string | undefined, kept: string | undefined): KeptBody => ({
    ...{ bytes: content.subarray(at, at + Number(kept)), size: Number(size) },
  });
  return {
    url,
    requestHeaders: named(head.slice(FIELDS, responseAt)),
    responseHeaders: Object.fromEntries(pairs(head.slice(responseAt))),
    request: bodyAt(bodiesAt, requestSize, requestKept),
    response: responseSize === "" ? undefined : bodyAt(bodiesAt + Number(requestKept), responseSize, responseKept),
  };
}

/** Of a head, before the headers. */
const FIELDS = 7;

const pairs = (headers: readonly string[]): [string, string][] =>
  headers.flatMap((name, i) => (i % 2 === 0 ? [[name, headers[i + 1] ?? ""]] : []));

/** Headers by their names in lower case; one that came more than once has all its values. */
function named(headers: readonly string[]): Record<string, string | string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs(headers)) {
    const key = name.toLowerCase();
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return Object.fromEntries([...values].map(([name, all]) => [name, all.length > 1 ? all : (all[0] ?? "")]));
}
