export interface JsonLimits {
  /** Objects and arrays that may be open inside each other. */
  readonly levels: number;
  /** Values in all: each takes memory, however few bytes it is written with. */
  readonly values: number;
  /** Bytes of one string or key, as it is written; not looked at unless told. */
  readonly text?: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Whether a JSON text goes over the limits; what stands in strings does not count. Asked before JSON.parse: 20 MiB of
 * `{},` would take half a gigabyte, and functions that call themselves (JSON.stringify is one) cannot walk a deep nest.
 * Bytes that are no JSON are within or over just as well: the parser has the last word on those.
 * @param bytes UTF-8, or anything in which ASCII characters stand for themselves
 */
export function exceeds(bytes: Uint8Array, { levels, values, text = Number.POSITIVE_INFINITY }: JsonLimits): boolean {
  let depth = 0;
  let count = 1;
  for (let i = 0; i < bytes.length; i++) {
    switch (bytes[i]) {
      case QUOTE: {
        const end = endOfString(bytes, i + 1);
        if (end - i - 1 > text) return true;
        i = end;
        break;
      }
      case 0x7b: // {
      case 0x5b: // [
        if (++depth > levels || ++count > values) return true;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth--;
        break;
      case 0x2c: // ,
        if (++count > values) return true;
    }
  }
  return false;
}

/** Where the string that began before `from` has its closing quote. */
function endOfString(bytes: Uint8Array, from: number): number {
  for (let i = from; i < bytes.length; i++) {
    if (bytes[i] === BACKSLASH) i++;
    else if (bytes[i] === QUOTE) return i;
  }
  return bytes.length;
}
