import type { JsonLimits } from "./json-limits.js";

/** Bytes that the length of a text, of bytes or of an extension is written with, by the type's byte. */
const LENGTHS: Readonly<Record<number, 1 | 2 | 4>> = {
  196: 1,
  197: 2,
  198: 4,
  199: 1,
  200: 2,
  201: 4,
  217: 1,
  218: 2,
  219: 4,
};
/** Bytes of a value of fixed length, behind the type's byte. */
const FIXED: Readonly<Record<number, number>> = {
  202: 4,
  203: 8,
  204: 1,
  205: 2,
  206: 4,
  207: 8,
  208: 1,
  209: 2,
  210: 4,
  211: 8,
  212: 2,
  213: 3,
  214: 5,
  215: 9,
  216: 17,
};

/**
 * Whether a value in msgpack goes over the limits, or announces more items than bytes are left. Asked before it is
 * decoded: the decoder makes room for what five bytes announce. Bytes that are no msgpack are within or over just as
 * well: the decoder has the last word on those.
 */
export function msgpackExceeds(bytes: Uint8Array, { levels, values }: JsonLimits): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lengthAt = (at: number, size: 1 | 2 | 4): number => {
    if (at + size > bytes.length) return 0;
    return size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at) : view.getUint32(at);
  };
  /** Items to come in each of the lists and maps that are open. */
  const open = [1];
  let awaited = 1;
  let at = 0;
  let count = 0;
  while (open.length > 0) {
    const left = open.pop() ?? 0;
    if (left === 0) continue;
    if (at >= bytes.length) return false;
    open.push(left - 1);
    awaited--;
    if (++count > values) return true;
    const type = bytes[at++] ?? 0;
    const items = itemsOf(type, () => lengthAt(at, sizeOf(type)));
    if (items === undefined) {
      at += bytesOf(type, () => lengthAt(at, LENGTHS[type] ?? 1));
      continue;
    }
    if (type >= 0xdc) at += sizeOf(type);
    awaited += items;
    if (awaited > bytes.length - at) return true;
    open.push(items);
    if (open.length - 1 > levels) return true;
  }
  return false;
}

/** Bytes that the count of a long list or map is written with. */
const sizeOf = (type: number): 2 | 4 => (type === 0xdc || type === 0xde ? 2 : 4);

/** How many values a list or a map holds; undefined for what is neither. */
function itemsOf(type: number, count: () => number): number | undefined {
  if (type >= 0x80 && type <= 0x8f) return 2 * (type & 0x0f);
  if (type >= 0x90 && type <= 0x9f) return type & 0x0f;
  if (type === 0xdc || type === 0xdd) return count();
  if (type === 0xde || type === 0xdf) return 2 * count();
  return undefined;
}

/** Bytes of a plain value behind its type's byte. */
function bytesOf(type: number, length: () => number): number {
  if (type >= 0xa0 && type <= 0xbf) return type & 0x1f;
  const size = LENGTHS[type];
  if (size === undefined) return FIXED[type] ?? 0;
  // An extension has one byte more, for its own type.
  return size + length() + (type >= 0xc7 && type <= 0xc9 ? 1 : 0);
}
