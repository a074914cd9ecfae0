import { isIP, isIPv4, SocketAddress } from "node:net";
import { DerError, only, Tag, within } from "./der/read.js";
import { implicit, sequence } from "./der/write.js";

/** One alternative name of a subject (RFC 5280 section 4.2.1.6); kinds that no policy allows keep no value. */
export interface AltName {
  readonly kind: "DNS" | "IP" | "email" | "URI" | "other";
  readonly value: string;
}

export const altNameText = ({ kind, value }: AltName): string => `${kind}:${value}`;

/** From `DNS:name`, `IP:address`, or one of both without its kind. Undefined for what is neither. */
export function altNameFrom(text: string): AltName | undefined {
  const bare = text.replace(/^(DNS|IP):/, "");
  if (isIP(bare) !== 0) return text.startsWith("DNS:") ? undefined : { kind: "IP", value: canonicalIp(bare) };
  return text.startsWith("IP:") || bare === "" ? undefined : { kind: "DNS", value: bare };
}

/** Whether a DNS name can stand in a certificate: letters, digits, hyphens, underscores; never a wildcard. */
export const isDnsName = (name: string): boolean =>
  name.length <= 253 &&
  name.split(".").every((label) => /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(label));

/** The names in the value of a subjectAltName extension. @throws DerError */
export function readAltNames(value: Uint8Array): AltName[] {
  const names: AltName[] = [];
  for (const { tag, content } of within(only(value, Tag.sequence, "The alternative names"), "An alternative name")) {
    if (tag === 0x82) names.push({ kind: "DNS", value: ia5Of(content) });
    else if (tag === 0x87) names.push({ kind: "IP", value: ipOf(content) });
    else if (tag === 0x81) names.push({ kind: "email", value: ia5Of(content) });
    else if (tag === 0x86) names.push({ kind: "URI", value: ia5Of(content) });
    else names.push({ kind: "other", value: "" });
  }
  return names;
}

/** The value of a subjectAltName extension. */
export const writeAltNames = (names: readonly AltName[]): Uint8Array =>
  sequence(
    ...names.map(({ kind, value }) => {
      if (kind === "DNS") return implicit(2, Buffer.from(value, "latin1"));
      if (kind === "IP") return implicit(7, ipBytes(value));
      throw new TypeError(`no certificate of ours holds a name of kind ${kind}`);
    }),
  );

function ia5Of(content: Uint8Array): string {
  const text = Buffer.from(content).toString("latin1");
  if (text === "" || !/^[\x21-\x7e]+$/.test(text)) {
    throw new DerError("An alternative name is empty or holds characters that it must not.");
  }
  return text;
}

function ipOf(content: Uint8Array): string {
  if (content.length === 4) return content.join(".");
  if (content.length !== 16) throw new DerError("An alternative name is an address of an odd length.");
  const groups: string[] = [];
  for (let at = 0; at < 16; at += 2) groups.push((((content[at] ?? 0) << 8) | (content[at + 1] ?? 0)).toString(16));
  return canonicalIp(groups.join(":"));
}

/** One way to write an address, so that the same ones are seen to be the same. */
function canonicalIp(text: string): string {
  return isIPv4(text) ? text : new SocketAddress({ address: text.replace(/%.*$/, ""), family: "ipv6" }).address;
}

function ipBytes(text: string): Uint8Array {
  if (isIPv4(text)) return Uint8Array.from(text.split("."), Number);
  // An IPv4 tail, as in ::ffff:192.0.2.7, stands for two groups.
  const groups = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = "", tail] = groups.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const middle = tail === undefined ? [] : new Array<string>(8 - left.length - right.length).fill("0");
  return Uint8Array.from(
    [...left, ...middle, ...right].flatMap((group) => {
      const value = Number.parseInt(group, 16);
      return [value >> 8, value & 0xff];
    }),
  );
}
