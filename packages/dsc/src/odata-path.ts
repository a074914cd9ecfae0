import { GatehouseError } from "@gatehouse/core/errors";

const NAME = /^[$A-Za-z][A-Za-z0-9_]*$/;
// The first segments that belong to the protocol: what tells its paths apart where it is mounted without a prefix.
const RESOURCES = new Set(["nodes", "modules", "node", "action", "module", "$metadata"]);

/** Characters: an LCM's ServerURL has at most 512, and names 255, percent-encoded. */
const LONGEST_PATH = 8 * 1024;

/** A request's path, taken apart. */
export interface ODataPath {
  /** What stood before the resource, as the client wrote it: agents append resources to their ServerURL unchanged. */
  readonly base: string;
  /** Lower-case names, sorted keys, values percent-encoded: the form that routes match. `/` is the service root. */
  readonly canonical: string;
}

/**
 * Takes the path of a pull-server URL apart: any letter case, doubled slashes, raw or percent-encoded keys, white
 * space around keys, `''` as an escaped quote; every part is decoded once.
 * @param rawPath as it came, without the query
 * @param prefixes mount points such as `/PSDSCPullServer.svc`; `*` stands for one segment, `/` for none
 * @returns undefined when the path is not below a prefix
 * @throws request-malformed for broken percent-encoding, or keys that do not parse
 */
export function parseODataPath(rawPath: string, prefixes: readonly string[]): ODataPath | undefined {
  const segments = split(rawPath);
  for (const prefix of prefixes) {
    const wanted = prefix.split("/").filter((part) => part !== "");
    if (segments.length < wanted.length || !wanted.every((part, i) => part === "*" || same(part, segments[i]?.text)))
      continue;
    const rest = segments.slice(wanted.length);
    if (wanted.length === 0 && !RESOURCES.has(nameOf(rest[0]?.text ?? ""))) continue;
    if (rawPath.length > LONGEST_PATH) throw malformed("The path is longer than any that an LCM sends.");
    let end = rest[0]?.start ?? rawPath.length;
    while (end > 0 && rawPath[end - 1] === "/") end--;
    const base = rawPath.slice(0, end);
    return { base, canonical: `/${rest.map((segment) => canonicalSegment(segment.text)).join("/")}` };
  }
  return undefined;
}

interface Segment {
  readonly text: string;
  readonly start: number;
}

const same = (wanted: string, text: string | undefined) =>
  text !== undefined && safeDecode(text)?.toLowerCase() === wanted.toLowerCase();
const nameOf = (text: string) => (safeDecode(text.split(/\(|%28/i)[0] ?? "") ?? "").trim().toLowerCase();

/** Splits on slashes outside quotes: curl sends a slash in a configuration's name as it is. */
function split(path: string): Segment[] {
  const segments: Segment[] = [];
  let start = 0;
  let quoted = false;
  for (let i = 0; i <= path.length; i++) {
    if (path[i] === "'" || path.startsWith("%27", i)) quoted = !quoted;
    if (i < path.length && (quoted || path[i] !== "/")) continue;
    if (i > start) segments.push({ text: path.slice(start, i), start });
    start = i + 1;
  }
  return segments;
}

function canonicalSegment(raw: string): string {
  const text = safeDecode(raw);
  if (text === undefined) throw malformed("The path holds broken percent-encoding.");
  const open = text.indexOf("(");
  const name = (open < 0 ? text : text.slice(0, open)).trim();
  if (!NAME.test(name)) return encode(text);
  if (open < 0) return name.toLowerCase();
  const keys = parseKeys(text.slice(open));
  if (keys.size === 0) return name.toLowerCase();
  const sorted = [...keys].sort(([a], [b]) => (a < b ? -1 : 1));
  return `${name.toLowerCase()}(${sorted.map(([key, value]) => `${key}=${encode(value)}`).join(",")})`;
}

const KEY = /\s*([A-Za-z]+)\s*=\s*'((?:[^']|'')*)'\s*(,|\)\s*$)/y;

function parseKeys(text: string): Map<string, string> {
  const keys = new Map<string, string>();
  if (/^\(\s*\)\s*$/.test(text)) return keys;
  KEY.lastIndex = 1;
  for (;;) {
    const match = KEY.exec(text);
    if (match === null) throw malformed("The keys in parentheses do not have the form Name='value'.");
    const key = (match[1] ?? "").toLowerCase();
    if (keys.has(key)) throw malformed("A key stands twice in the parentheses.");
    keys.set(key, (match[2] ?? "").replaceAll("''", "'"));
    if (match[3] !== ",") return keys;
  }
}

function safeDecode(text: string): string | undefined {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Percent-encodes everything that means something in a canonical path. */
function encode(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
}

const malformed = (message: string) => new GatehouseError("request-malformed", message);
