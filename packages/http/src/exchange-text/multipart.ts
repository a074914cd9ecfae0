import { isSecret, MASK } from "./secret-names.js";

/** Parts that are shown. */
const MOST_PARTS = 100;
/** Bytes of a part's headers. */
const MOST_HEADERS = 4096;
const BLANK = Buffer.from("\r\n\r\n");

/**
 * The parts of a multipart body (RFC 2046, section 5.1), each with its headers; those of a secret's name without what they hold.
 * @param label the Content-Type as it was sent: a boundary's case counts
 * @param most characters, after which no other part is shown
 * @returns undefined where there are none
 */
export function multipartText(
  bytes: Buffer,
  label: string,
  told: (part: Buffer, labels: string) => string,
  most: number,
): string | undefined {
  const [, quoted, plain] = /\bboundary\s?=\s?(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(label) ?? [];
  const boundary = quoted ?? plain;
  if (!/\bmultipart\//i.test(label) || boundary === undefined) return undefined;
  const mark = Buffer.from(`--${boundary}`);
  const shown: string[] = [];
  let length = 0;
  let at = bytes.indexOf(mark);
  while (at >= 0 && shown.length < MOST_PARTS && length <= most) {
    const from = at + mark.length;
    const next = bytes.indexOf(mark, from);
    const part = bytes.subarray(from, next < 0 ? bytes.length : next);
    if (part.subarray(0, 2).toString("latin1") !== "--") {
      const text = partText(part, told);
      shown.push(text);
      length += text.length;
    }
    at = next;
  }
  return shown.length === 0 ? undefined : shown.join("\n\n");
}

function partText(part: Buffer, told: (part: Buffer, labels: string) => string): string {
  const end = part.subarray(0, MOST_HEADERS).indexOf(BLANK);
  if (end < 0) return MASK;
  const headers = part.subarray(0, end).toString("latin1").trim();
  const name = /\bname\*?\s?=\s?("[^"]*"|[^\s;]+)/i.exec(headers)?.[1] ?? "";
  const body = part.subarray(end + BLANK.length);
  const content = body.subarray(-2).toString("latin1") === "\r\n" ? body.subarray(0, -2) : body;
  return `${headers.replaceAll("\r\n", "\n")}\n\n${isSecret(name) ? MASK : told(content, headers.toLowerCase())}`;
}
