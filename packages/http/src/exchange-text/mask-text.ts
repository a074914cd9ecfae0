import { withoutSecrets } from "@gatehouse/core/redaction";
import { isSecret, MASK, SECRET_WORDS } from "./secret-names.js";

/** A request for a certificate holds its challenge password and Puppet's pre-shared key: base64 hides nothing. */
const PEM = /-----BEGIN ([A-Z ]{0,30})(PRIVATE KEY|CERTIFICATE REQUEST)-----[\s\S]*?(?:-----END \1\2-----|$)/g;
const ELEMENT = new RegExp(`(<[\\w:.-]{0,60}(?:${SECRET_WORDS})[\\w:.-]{0,60}(?:\\s[^<>]{0,500})?>)[^<]*`, "gi");
/** Quotes that are not closed reach to the end: the rest was cut. `\"` is a quote of JSON within JSON. */
const QUOTED = String.raw`\\+"[^"]*"?|"(?:[^"\\]|\\[\s\S])*"?|'(?:[^'\\]|''|\\[\s\S])*'?|\[[^\]]*\]?|\{[^}]*\}?`;
const ASSIGNED = new RegExp(
  String.raw`((?:${SECRET_WORDS})[\w-]{0,60}(?:\\{0,9}["'])?\]?\s{0,40}(?:=>|[=:])\s{0,40})(?:${QUOTED}|[^\s&;,]+)`,
  "gi",
);
/** Of `Authorization: Bearer TOKEN` the word behind the scheme. */
const SCHEME = /(authorization["']?\s{0,5}[:=]\s{0,5}["']?\w{1,20})\s{1,5}[^\s"']+/gi;
const NAME = new RegExp(SECRET_WORDS, "i");

/** A text without passwords, private keys and requests for certificates, be it YAML, MOF, a command line or a part of JSON. */
export function maskedText(text: string): string {
  const open = text.replaceAll(PEM, `-----BEGIN $1$2----- ${MASK}`).replaceAll(SCHEME, `$1 ${MASK}`);
  if (!NAME.test(open)) return withoutSecrets(open);
  const tagged = open.includes("<") ? open.replaceAll(ELEMENT, `$1${MASK}`) : open;
  return withoutSecrets(withoutLines(tagged).replaceAll(ASSIGNED, `$1${MASK}`));
}

/** The beginning of a line of YAML or of a header: indented, in a list, quoted. */
const LINE = /^(\s{0,200}(?:- {1,10}){0,5})(["']?)([\w .:[\]-]{1,100}?)\2\s{0,10}:(?:\s|$)/;

/** Lines `name: value` without the value of a secret's name, and without the lines that go on with it. */
function withoutLines(text: string): string {
  if (!text.includes(":")) return text;
  const kept: string[] = [];
  let below: { readonly indent: number; readonly isEmpty: boolean } | undefined;
  for (const line of text.split("\n")) {
    const indent = line.length - line.trimStart().length;
    if (below !== undefined && goesOn(line, indent, below)) continue;
    below = undefined;
    const [begin, lead = "", , name = ""] = LINE.exec(line) ?? [];
    if (begin === undefined || !isSecret(name)) {
      kept.push(line);
      continue;
    }
    kept.push(`${begin.trimEnd()} ${MASK}`);
    below = { indent: lead.length, isEmpty: line.slice(begin.length).trim() === "" };
  }
  return kept.join("\n");
}

/** A block, or a list, which may stand as far left as its name. */
const goesOn = (line: string, indent: number, below: { readonly indent: number; readonly isEmpty: boolean }): boolean =>
  line.trim() === "" || indent > below.indent || (below.isEmpty && indent === below.indent && /^\s*- /.test(line));
