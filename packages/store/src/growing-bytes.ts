const FIRST_BYTES = 16 << 10;

/** Bytes that grow at their end: of many small pieces, each kept by itself, there would be more bookkeeping than bytes. */
export class GrowingBytes {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What is there by now: the bytes themselves, no copy; what is added later may be elsewhere. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Begins anew, in the same room. */
  clear(): void {
    this.#length = 0;
  }

  /** @param text UTF-16; a lone surrogate becomes U+FFFD */
  addText(text: string): void {
    // No character of UTF-16 takes more than three bytes of UTF-8.
    this.#makeRoom(3 * text.length);
    this.#length += this.#bytes.write(text, this.#length);
  }

  addBytes(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #makeRoom(more: number): void {
    const least = this.#length + more;
    if (least <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(least, 2 * this.#bytes.length));
    grown.set(this.bytes);
    this.#bytes = grown;
  }
}
