import { DerError, type Element, Tag } from "./read.js";

/** More octets than any number in a certificate needs: the modulus of RSA 16384 has 2049. */
const MOST_OCTETS = 2100;
/** The longest identifiers in use are those of UUIDs (2.25): 21 octets. */
const MOST_OID_OCTETS = 64;

/** A whole number, in the fewest octets. */
export function numberOf({ tag, content }: Element, what: string): bigint {
  if (tag !== Tag.integer && tag !== Tag.enumerated) throw new DerError(`${what} is not a number.`);
  if (content.length > MOST_OCTETS) throw new DerError(`${what} is too large a number.`);
  const [first, second] = content;
  if (first === undefined) throw new DerError(`${what} is not a number.`);
  const padded = second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  if (padded) throw new DerError(`${what} is a number that is not DER.`);
  const value = BigInt(`0x${Buffer.from(content).toString("hex")}`);
  return first < 0x80 ? value : value - (1n << BigInt(8 * content.length));
}

export function booleanOf({ tag, content }: Element, what: string): boolean {
  const [value] = content;
  if (tag !== Tag.boolean || content.length !== 1 || (value !== 0 && value !== 0xff)) {
    throw new DerError(`${what} is not a boolean of DER.`);
  }
  return value === 0xff;
}

/** An object identifier in dotted form. */
export function oidOf({ tag, content }: Element, what: string): string {
  const last = content[content.length - 1];
  if (tag !== Tag.oid || last === undefined || last >= 0x80 || content.length > MOST_OID_OCTETS) {
    throw new DerError(`${what} is not an object identifier.`);
  }
  const arcs: bigint[] = [];
  let arc = 0n;
  let fresh = true;
  for (const octet of content) {
    if (fresh && octet === 0x80) throw new DerError(`${what} is an object identifier that is not DER.`);
    arc = arc * 128n + BigInt(octet & 0x7f);
    fresh = octet < 0x80;
    if (!fresh) continue;
    arcs.push(arc);
    arc = 0n;
  }
  const [first = 0n, ...rest] = arcs;
  const root = first < 40n ? 0n : first < 80n ? 1n : 2n;
  return [root, first - root * 40n, ...rest].join(".");
}

/** The octets of a bit string of whole octets, which keys and signatures are. */
export function bitsOf({ tag, content }: Element, what: string): Uint8Array {
  if (tag !== Tag.bits || content[0] !== 0) throw new DerError(`${what} is not a string of whole octets.`);
  return content.subarray(1);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const utf16 = new TextDecoder("utf-16be", { fatal: true, ignoreBOM: true });

/** Whether the element is of a type that holds text. */
export const isText = ({ tag }: Element): boolean =>
  ([Tag.utf8, Tag.printable, Tag.ia5, Tag.teletex, Tag.bmp, Tag.numeric, Tag.visible] as number[]).includes(tag);

/**
 * Text of any string type. U+0000 is refused: C libraries end a name there (CVE-2009-2408), PostgreSQL takes none.
 * Teletex strings are read as Latin-1, as everybody does.
 */
export function textOf(element: Element, what: string): string {
  const text = decode(element, what);
  if (text.includes("\0")) throw new DerError(`${what} holds a NUL character.`);
  return text;
}

function decode(element: Element, what: string): string {
  const { tag, content } = element;
  try {
    if (tag === Tag.utf8) return utf8.decode(content);
    if (tag === Tag.bmp) return utf16.decode(content);
  } catch {
    // The decoder's own words name encodings, not what was read.
    throw new DerError(`${what} is not valid text.`);
  }
  if (!isText(element)) throw new DerError(`${what} is not text.`);
  if (tag !== Tag.teletex && content.some((octet) => octet >= 0x80)) throw new DerError(`${what} is not valid text.`);
  return Buffer.from(content).toString("latin1");
}
