import { Inflate } from "pako";

/** Leaves pako in the middle of its work: it has no limit of its own. */
class Enough extends Error {}

class Counting extends Inflate {
  readonly #most: number;
  readonly #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(most: number) {
    super();
    this.#most = most;
  }

  override onData(part: Uint8Array): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#most) throw new Enough();
    this.#parts.push(part);
  }

  get whole(): Buffer {
    return Buffer.concat(this.#parts, this.#bytes);
  }
}

/**
 * Inflates zlib or gzip, on this thread.
 * @param most bytes that may come out
 * @returns undefined where more would
 * @throws Error for what is broken or cut off
 */
export function inflateWithin(packed: Uint8Array, most: number): Buffer | undefined {
  const inflate = new Counting(most);
  try {
    inflate.push(packed, true);
  } catch (thrown) {
    if (thrown instanceof Enough) return undefined;
    throw thrown;
  }
  if (inflate.err !== 0) throw new Error(inflate.msg);
  return inflate.whole;
}
