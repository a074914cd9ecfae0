/** What is no DER, or not the DER that was expected. Its message is one line, fit for the caller. */
export class DerError extends Error {
  override readonly name = "DerError";
}

/** Identifier octets of the types that certificates are made of (X.690 section 8.1.2). */
export const Tag = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8: 0x0c,
  numeric: 0x12,
  printable: 0x13,
  teletex: 0x14,
  ia5: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visible: 0x1a,
  bmp: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One element; both arrays are views of what it was read from. */
export interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
  /** Tag, length and content. */
  readonly bytes: Uint8Array;
}

/**
 * Reads elements one after the other, and takes nothing but DER (X.690 section 10): definite lengths in the fewest
 * octets, within what is there. OpenSSL and most libraries take more than that; two readers that differ in what they
 * take are how a certificate comes to say one thing to its issuer and another to its verifier.
 */
export class DerReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  next(what: string): Element {
    const bytes = this.#bytes;
    const start = this.#at;
    const tag = bytes[start];
    const first = bytes[start + 1];
    if (tag === undefined || first === undefined) throw new DerError(`${what} is missing.`);
    if ((tag & 0x1f) === 0x1f) throw new DerError(`${what} has a tag that no certificate has.`);
    let at = start + 2;
    let length = first;
    if (first >= 0x80) {
      const octets = first & 0x7f;
      if (octets > 4) throw new DerError(`${what} has a length that is not DER.`);
      length = 0;
      for (let i = 0; i < octets; i++, at++) length = length * 256 + (bytes[at] ?? 0);
      if (length < 0x80 || length < 256 ** (octets - 1)) throw new DerError(`${what} has a length that is not DER.`);
    }
    if (length > bytes.length - at) throw new DerError(`${what} is cut off.`);
    this.#at = at + length;
    return { tag, content: bytes.subarray(at, at + length), bytes: bytes.subarray(start, at + length) };
  }

  take(tag: number, what: string): Element {
    const element = this.next(what);
    if (element.tag !== tag) throw new DerError(`${what} has another type than expected.`);
    return element;
  }

  /** The next element if it has this tag. */
  optional(tag: number, what: string): Element | undefined {
    return this.#bytes[this.#at] === tag ? this.next(what) : undefined;
  }

  /** @throws when something is left: what nobody reads must not be there */
  end(what: string): void {
    if (!this.done) throw new DerError(`${what} holds more than it should.`);
  }
}

/** The elements inside a constructed one. */
export function* within(parent: Element, what: string): Generator<Element> {
  const reader = new DerReader(parent.content);
  while (!reader.done) yield reader.next(what);
}

/** The one element that these bytes are, with nothing behind it. */
export function only(bytes: Uint8Array, tag: number, what: string): Element {
  const reader = new DerReader(bytes);
  const element = reader.take(tag, what);
  reader.end(what);
  return element;
}
