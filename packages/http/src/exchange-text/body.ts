import { isSecretName } from "@gatehouse/core/redaction";
import { decodedText } from "../agent-xml/index.js";
import { MASK, maskedText, maskedValue } from "./mask.js";
import { unpackedBody } from "./unpack.js";
import { prettyXml } from "./xml.js";

/** Characters that are shown of a body. */
export const MOST_SHOWN = 1 << 20;
/** Bytes of what is no text that are shown, in hex. */
const MOST_HEX = 256;
/** Fields of a form. */
const MOST_FIELDS = 10_000;

/** A body for people to look at. */
export interface ShownBody {
  /** Bytes on the wire. */
  readonly size: number;
  /** True where more came, or is in it, than is shown. */
  readonly isCut: boolean;
  readonly coding: "gzip" | "zlib" | "br" | null;
  readonly syntax: "empty" | "json" | "xml" | "form" | "text" | "binary";
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
    .map(([, value]) => String(value).toLowerCase())
    .join(" ");
  const { bytes, coding } = unpackedBody(kept, labels);
  const { syntax, text } = told(bytes, labels);
  const isCut = kept.length < size || text.length > MOST_SHOWN;
  return { size, isCut, coding, syntax, text: text.slice(0, MOST_SHOWN).toWellFormed() };
}

function told(bytes: Buffer, labels: string): Pick<ShownBody, "syntax" | "text"> {
  if (isBinary(bytes)) {
    const hex = bytes.subarray(0, MOST_HEX).toString("hex");
    return { syntax: "binary", text: hex.replaceAll(/(.{2})(?=.)/g, "$1 ") };
  }
  const text = decodedText(bytes).replace(/^\ufeff/, "");
  const value = jsonIn(text);
  if (value !== undefined) return { syntax: "json", text: JSON.stringify(maskedValue(value), undefined, 2) };
  if (labels.includes("x-www-form-urlencoded")) return { syntax: "form", text: formText(text) };
  if (/^\s{0,100}</.test(text)) {
    const pretty = prettyXml(text);
    if (pretty !== undefined) return { syntax: "xml", text: pretty };
  }
  return { syntax: "text", text: maskedText(text) };
}

/** Controls that no text has, near its beginning. */
function isBinary(bytes: Buffer): boolean {
  const some = bytes.subarray(0, 4096);
  return some.some((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x1b) || (byte > 0x1b && byte < 0x20));
}

/** What a text is the JSON of: an object or a list. */
function jsonIn(text: string): object | undefined {
  if (!/^\s{0,100}[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

function formText(text: string): string {
  const lines: string[] = [];
  for (const [name, value] of new URLSearchParams(text)) {
    if (lines.length === MOST_FIELDS) break;
    lines.push(`${name}: ${fieldText(name, value)}`);
  }
  return lines.join("\n");
}

function fieldText(name: string, value: string): string {
  if (isSecretName(name)) return MASK;
  const inner = jsonIn(value) ?? (value.startsWith("%7B") ? jsonIn(decodedOnce(value)) : undefined);
  return inner === undefined ? maskedText(value) : JSON.stringify(maskedValue(inner), undefined, 2);
}

function decodedOnce(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
