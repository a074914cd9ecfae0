import { DerError } from "./der/read.js";

/** `X509 CRL` is what OpenSSL, Ruby and Node look for. */
export type PemLabel = "CERTIFICATE" | "CERTIFICATE REQUEST" | "X509 CRL";

/** PEM with a final newline: without one, texts that are put together cannot be read. */
export function toPem(label: PemLabel, der: Uint8Array): string {
  const base64 = Buffer.from(der.buffer, der.byteOffset, der.byteLength).toString("base64");
  const lines: string[] = [`-----BEGIN ${label}-----`];
  for (let at = 0; at < base64.length; at += 64) lines.push(base64.slice(at, at + 64));
  return `${lines.join("\n")}\n-----END ${label}-----\n`;
}

export interface PemBlock {
  readonly label: string;
  readonly der: Uint8Array;
}

export interface PemText {
  readonly blocks: readonly PemBlock[];
  /** Whether there is anything but blocks and blanks. */
  readonly clean: boolean;
}

const BEGIN = "-----BEGIN ";
const DASHES = "-----";

/**
 * The blocks of a PEM text, in one pass. Text between them is passed over, as OpenSSL does: `openssl x509 -text` puts
 * it there.
 * @throws DerError for a block without an end, or whose content is not base64
 */
export function readPem(text: string): PemText {
  const blocks: PemBlock[] = [];
  let clean = true;
  let at = 0;
  for (;;) {
    const begin = text.indexOf(BEGIN, at);
    if (!isBlank(text.slice(at, begin < 0 ? undefined : begin))) clean = false;
    if (begin < 0) return { blocks, clean };
    const labelEnd = text.indexOf(DASHES, begin + BEGIN.length);
    const label = text.slice(begin + BEGIN.length, labelEnd);
    // Labels are short; a far away one belongs to another block.
    if (labelEnd < 0 || label.length > 64 || /[\r\n]/.test(label))
      throw new DerError("The PEM text has a broken BEGIN line.");
    const end = `-----END ${label}-----`;
    const endAt = text.indexOf(end, labelEnd);
    if (endAt < 0) throw new DerError("The PEM text has a block without its END line.");
    blocks.push({ label, der: base64(text.slice(labelEnd + DASHES.length, endAt), label) });
    at = endAt + end.length;
  }
}

const isBlank = (text: string): boolean => text.trim() === "";

function base64(body: string, label: string): Uint8Array {
  // The headers of an encrypted or PGP-like block are content that we cannot read.
  const packed = body.replace(/\s+/g, "");
  if (packed === "" || packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) {
    throw new DerError(`The PEM block ${label} is not base64.`);
  }
  const der = Buffer.from(packed, "base64");
  if (der.toString("base64") !== packed) throw new DerError(`The PEM block ${label} is not base64.`);
  return der;
}
