import { decode } from "@msgpack/msgpack";
import { decodedText } from "../agent-xml/index.js";
import { msgpackExceeds } from "../msgpack-limits.js";
import { decoded } from "./mask.js";
import { maskedText } from "./mask-text.js";
import { maskedValue, type Room } from "./mask-value.js";
import { multipartText } from "./multipart.js";
import { readCutJson, readJson, SHOWN_LIMITS } from "./read-json.js";
import { isSecret, MASK } from "./secret-names.js";
import { unpackedBody } from "./unpack.js";
import { prettyXml } from "./xml.js";

/** Characters that are shown of a body. */
export const MOST_SHOWN = 1 << 20;
/** Bytes of what is no text that are shown, in hex: they tell what sort of file it is, and hold no password. */
const MOST_HEX = 16;
/** Multipart bodies within each other. */
const MOST_NESTED = 3;
/** Fields of a form. */
const MOST_FIELDS = 10_000;

/** A body for people to look at. */
export interface ShownBody {
  /** Bytes on the wire. */
  readonly size: number;
  /** True where more came, or is in it, than is shown. */
  readonly isCut: boolean;
  readonly coding: "gzip" | "zlib" | "br" | null;
  readonly syntax: "empty" | "json" | "msgpack" | "xml" | "form" | "multipart" | "text" | "binary";
  readonly text: string;
}

/**
 * What a body says: unpacked, taken apart, one thing to a line, without secrets. A form's fields that hold JSON, once or twice
 * encoded (Puppet's facts), are shown as that.
 * @param kept bytes as the wire carried them, maybe the beginning only
 * @param size of all of it
 * @param headers of the message; names in any case
 */
export function shownBody(
  kept: Buffer,
  size: number,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): ShownBody {
  if (size === 0) return { size, isCut: false, coding: null, syntax: "empty", text: "" };
  const labels = Object.entries(headers)
    .filter(([name]) => /^content-(?:type|encoding)$/i.test(name))
    .map(([, value]) => String(value))
    .join(" ");
  const { bytes, coding } = unpackedBody(kept, labels.toLowerCase());
  const room = { left: MOST_SHOWN };
  const { syntax, text } = told(bytes, { labels, isCut: kept.length < size, nested: 0, room });
  const isCut = kept.length < size || text.length > MOST_SHOWN || room.left <= 0;
  return { size, isCut, coding, syntax, text: text.slice(0, MOST_SHOWN).toWellFormed() };
}

type Told = Pick<ShownBody, "syntax" | "text">;

interface Labelled {
  readonly labels: string;
  readonly isCut: boolean;
  /** Multipart bodies that it is in. */
  readonly nested: number;
  readonly room: Room;
}

function told(bytes: Buffer, { labels, isCut, nested, room }: Labelled): Told {
  if (nested < MOST_NESTED) {
    const part = (content: Buffer, label: string) =>
      told(content, { labels: label, isCut, nested: nested + 1, room }).text;
    const parts = multipartText(bytes, labels, part, MOST_SHOWN);
    if (parts !== undefined) return { syntax: "multipart", text: parts };
  }
  if (/msgpack/i.test(labels)) {
    const value = msgpackIn(bytes);
    if (value !== undefined) return { syntax: "msgpack", text: linesOf(value, room) };
  }
  const text = textOf(bytes);
  if (text === undefined) {
    const hex = bytes.subarray(0, MOST_HEX).toString("hex");
    return { syntax: "binary", text: hex.replaceAll(/(.{2})(?=.)/g, "$1 ") };
  }
  const value = readJson(text) ?? (isCut ? readCutJson(text) : undefined);
  if (value !== undefined) return { syntax: "json", text: linesOf(value, room) };
  if (/x-www-form-urlencoded/i.test(labels)) return { syntax: "form", text: formText(text, room) };
  if (/^\s{0,100}</.test(text)) {
    const pretty = prettyXml(text);
    if (pretty !== undefined) return { syntax: "xml", text: pretty };
  }
  return { syntax: "text", text: maskedText(text.slice(0, MOST_SHOWN + 1)) };
}

const linesOf = (value: unknown, room: Room) => JSON.stringify(maskedValue(value, room), undefined, 2);

/** The text in bytes; undefined where there are controls near its beginning that no text has. */
function textOf(bytes: Buffer): string | undefined {
  const [first, second] = bytes;
  // MOFs as Windows writes them.
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  const some = bytes.subarray(0, 4096);
  if (some.some((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x1b) || (byte > 0x1b && byte < 0x20)))
    return undefined;
  return decodedText(bytes).replace(/^\ufeff/, "");
}

/** Ruby writes a text that is not known to be UTF-8 as bytes. */
const asJson = (_: string, value: unknown) => {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return typeof value === "bigint" ? String(value) : value;
};

function msgpackIn(bytes: Buffer): unknown {
  if (msgpackExceeds(bytes, SHOWN_LIMITS)) return undefined;
  try {
    return JSON.parse(JSON.stringify(decode(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)), asJson));
  } catch {
    // Cut, or something else: shown as bytes.
    return undefined;
  }
}

function formText(text: string, room: Room): string {
  const lines: string[] = [];
  let length = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    if (lines.length === MOST_FIELDS || length > MOST_SHOWN) break;
    const line = `${name}: ${isSecret(name) ? MASK : fieldText(value, room)}`;
    lines.push(line);
    length += line.length;
  }
  return lines.join("\n");
}

function fieldText(value: string, room: Room): string {
  const plain = /^%(?:7B|5B)/i.test(value) ? decoded(value) : value;
  const inner = readJson(plain) ?? readCutJson(plain);
  return inner === undefined ? maskedText(plain.slice(0, MOST_SHOWN)) : linesOf(inner, room);
}
