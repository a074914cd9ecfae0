import { verify, X509Certificate } from "node:crypto";

/** What a benchmark has to know of a revocation list. */
export interface RevocationList {
  /** Revoked serials in lower-case hex, without leading zeros. */
  readonly serials: ReadonlySet<string>;
}

/** The serial of a certificate, as {@link RevocationList} writes it. */
export const serialIn = (pem: string): string => plain(new X509Certificate(pem).serialNumber.toLowerCase());

/**
 * Reads the first list of a bundle.
 * @param issuer PEM of the certificate that it must be signed by
 * @throws when it cannot be read, or is not signed by it
 */
export function readRevocationList(bundle: string, issuer: string): RevocationList {
  const base64 = /-----BEGIN X509 CRL-----([^-]+)-----END X509 CRL-----/.exec(bundle)?.[1];
  if (base64 === undefined) throw new Error("the bundle has no revocation list");
  const outer = new Reader(Buffer.from(base64, "base64")).enter();
  const signed = outer.next();
  outer.next();
  const signature = outer.next().content.subarray(1);
  if (!verify("sha256", signed.bytes, new X509Certificate(issuer).publicKey, signature))
    throw new Error("the revocation list is not signed by the authority");
  return { serials: serialsIn(signed.content) };
}

/** Of a TBSCertList (RFC 5280): version, algorithm, issuer, two dates, and then the entries where there are any. */
function serialsIn(content: Buffer): Set<string> {
  const reader = new Reader(content);
  for (let i = 0; i < 5; i++) reader.next();
  const serials = new Set<string>();
  const list = reader.more ? reader.next() : undefined;
  if (list?.tag !== 0x30) return serials;
  const entries = new Reader(list.content);
  while (entries.more) serials.add(plain(entries.enter().next().content.toString("hex")));
  return serials;
}

const plain = (hex: string): string => hex.replace(/^0+(?=.)/, "");

interface Element {
  readonly tag: number;
  readonly content: Buffer;
  /** With tag and length. */
  readonly bytes: Buffer;
}

/** Reads DER, one element after the other. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get more(): boolean {
    return this.#at < this.#bytes.length;
  }

  next(): Element {
    const begin = this.#at;
    const short = this.#bytes.readUInt8(begin + 1);
    const more = short < 0x80 ? 0 : short - 0x80;
    const length = more === 0 ? short : this.#bytes.readUIntBE(begin + 2, more);
    const start = begin + 2 + more;
    this.#at = start + length;
    if (this.#at > this.#bytes.length) throw new RangeError("the revocation list is cut off");
    return {
      tag: this.#bytes.readUInt8(begin),
      content: this.#bytes.subarray(start, this.#at),
      bytes: this.#bytes.subarray(begin, this.#at),
    };
  }

  /** Reads what is inside of the next element. */
  enter(): Reader {
    return new Reader(this.next().content);
  }
}
