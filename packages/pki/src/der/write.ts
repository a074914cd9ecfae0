import { Tag } from "./read.js";

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return [0x80 | octets.length, ...octets];
}

/** One element of the given parts, which may be more than a call takes arguments. */
export function element(tag: number, parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const head = lengthOf(length);
  const bytes = new Uint8Array(1 + head.length + length);
  bytes[0] = tag;
  bytes.set(head, 1);
  let at = 1 + head.length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export const tlv = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array => element(tag, parts);
export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => element(Tag.sequence, parts);
export const set = (...parts: readonly Uint8Array[]): Uint8Array => tlv(Tag.set, ...parts);
export const octets = (bytes: Uint8Array): Uint8Array => tlv(Tag.octets, bytes);
export const bits = (bytes: Uint8Array, unused = 0): Uint8Array => tlv(Tag.bits, Uint8Array.of(unused), bytes);
export const utf8 = (text: string): Uint8Array => tlv(Tag.utf8, Buffer.from(text, "utf8"));
export const ia5 = (text: string): Uint8Array => tlv(Tag.ia5, Buffer.from(text, "latin1"));
export const boolean = (value: boolean): Uint8Array => tlv(Tag.boolean, Uint8Array.of(value ? 0xff : 0));
export const nothing = (): Uint8Array => tlv(Tag.null);
/** `[n]` around whole elements. */
export const explicit = (n: number, ...parts: readonly Uint8Array[]): Uint8Array => tlv(0xa0 | n, ...parts);
/** `[n]` in place of a primitive type's own tag. */
export const implicit = (n: number, content: Uint8Array): Uint8Array => tlv(0x80 | n, content);

/** A number that is not negative. */
export function integer(value: bigint | number): Uint8Array {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  return (bytes[0] ?? 0) < 0x80 ? tlv(Tag.integer, bytes) : tlv(Tag.integer, Uint8Array.of(0), bytes);
}

/** An object identifier from its dotted form. */
export function oid(dotted: string): Uint8Array {
  const [first = 0n, second = 0n, ...rest] = dotted.split(".").map(BigInt);
  const content = [first * 40n + second, ...rest].flatMap((arc) => {
    const octetsOfArc = [Number(arc & 0x7fn)];
    for (let left = arc >> 7n; left > 0n; left >>= 7n) octetsOfArc.unshift(Number(left & 0x7fn) | 0x80);
    return octetsOfArc;
  });
  return tlv(Tag.oid, Uint8Array.from(content));
}
