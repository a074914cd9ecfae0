import { withoutSecrets } from "@gatehouse/core/redaction";
import { isSecret, MASK, SECRET_WORDS } from "./secret-names.js";

/** A request for a certificate holds its challenge password and Puppet's pre-shared key: base64 hides nothing. */
const PEM =
  /-{4,5} ?BEGIN ([A-Z0-9 ]{0,30})(PRIVATE KEY(?: BLOCK)?|CERTIFICATE REQUEST) ?-{4,5}[\s\S]*?(?:-{4,5} ?END \1\2 ?-{4,5}|$)/g;
/** Hashes of passwords as /etc/shadow and htpasswd have them (crypt(5)): whoever has them, guesses. */
const CRYPT = /(\$(?:1|2[abxy]?|5|6|7|y|gy|apr1|sha1|argon2(?:id?|d))\$)(?:[^$\s:'"]{0,60}\$){1,4}[\w./+]{13,}/g;
const QUOTES = `'[^']*'?|"[^"]*"?`;
/** SQL's and PowerShell's words for it. */
const COMMANDED = new RegExp(
  String.raw`(\bidentified\s{1,5}(?:with\s{1,5}\S{1,60}\s{1,5})?by\s{1,5}(?:password\s{1,5})?|ConvertTo-SecureString\s{1,5}(?:-String\s{1,5})?)(?:${QUOTES}|[^\s;]+)`,
  "gi",
);
/** The signature of a URL that is good for whoever has it. */
const SIGNED = /([?&;](?:sig|[\w-]{0,40}signature)=)[^\s&#"'<>]+/gi;
const ELEMENT = new RegExp(`(<[\\w:.-]{0,60}(?:${SECRET_WORDS})[\\w:.-]{0,60}(?:\\s[^<>]{0,500})?>)[^<]*`, "gi");
/** Quotes that are not closed reach to the end: the rest was cut. `\"` is a quote of JSON within JSON. */
const QUOTED = String.raw`\\+"[^"]*"?|"(?:[^"\\]|\\[\s\S])*"?|'(?:[^'\\]|''|\\[\s\S])*'?|\[[^\]]*\]?|\{[^}]*\}?`;
const ASSIGNED = new RegExp(
  String.raw`((?:${SECRET_WORDS})[\w-]{0,60}(?:\\{0,9}["'])?\]?\s{0,40}(?:=>|[=:])\s{0,40})(?:${QUOTED}|[^\s&;,]+)`,
  "gi",
);
/** `password 'x'` of a command line and of SQL, `password('x')`. */
const CALLED = new RegExp(String.raw`((?:${SECRET_WORDS})[\w-]{0,60}(?:\s{1,5}|\s{0,5}\(\s{0,5}))(?:${QUOTES})`, "gi");
/** As Puppet's log says it. */
const CHANGED = new RegExp(
  String.raw`((?:${SECRET_WORDS})[\w-]{0,60}:?\s{1,5}changed\s{1,5})(?:'[^']*'?|\S+)\s{1,5}to\s{1,5}(?:'[^']*'?|\S+)`,
  "gi",
);
/** Of `Authorization: Bearer TOKEN` the word behind the scheme. */
const SCHEME = /(authorization["']?\s{0,5}[:=]\s{0,5}["']?\w{1,20})\s{1,5}[^\s"']+/gi;
const NAME = new RegExp(SECRET_WORDS, "i");

/** A text without passwords, private keys and requests for certificates, be it YAML, MOF, a command line or a part of JSON. */
export function maskedText(text: string): string {
  const open = text
    .replaceAll(PEM, `-----BEGIN $1$2----- ${MASK}`)
    .replaceAll(SCHEME, `$1 ${MASK}`)
    .replaceAll(CRYPT, `$1${MASK}`)
    .replaceAll(COMMANDED, `$1${MASK}`)
    .replaceAll(SIGNED, `$1${MASK}`);
  if (!NAME.test(open)) return withoutSecrets(open);
  const tagged = open.includes("<") ? open.replaceAll(ELEMENT, `$1${MASK}`) : open;
  const said = withoutLines(tagged)
    .replaceAll(CHANGED, `$1${MASK} to ${MASK}`)
    .replaceAll(ASSIGNED, `$1${MASK}`)
    .replaceAll(CALLED, `$1${MASK}`);
  return withoutSecrets(said);
}

/** The beginning of a line of YAML or of a header: indented, in a list, quoted. */
const LINE = /^(\s{0,200}(?:- {1,10}){0,5})(["']?)([\w .:[\]-]{1,100}?)\2\s{0,10}:(?:\s|$)/;

/** A line of a file of settings: `name = a value of words`, `name value`. What is in quotes or brackets is another's. */
const SETTING =
  /^(\s{0,200}([\w.-]{1,100})(?:\s{0,40}=(?!>)\s{0,40}(?=[^\s"'([{<@$][^;&]*$)|[ \t]{1,40}(?=[^\s=:"'([{<]\S*\s*$)))/;

/** Lines `name: value` and settings without the value of a secret's name, and without the lines that go on with it. */
function withoutLines(text: string): string {
  if (!/[:\n]/.test(text)) return text;
  // A sentence of an error may begin like one.
  const isFile = text.includes("\n");
  const kept: string[] = [];
  let below: { readonly indent: number; readonly isEmpty: boolean } | undefined;
  for (const line of text.split("\n")) {
    const indent = line.length - line.trimStart().length;
    if (below !== undefined && goesOn(line, indent, below)) continue;
    below = undefined;
    const [begin, lead = "", , name = ""] = LINE.exec(line) ?? [];
    if (begin === undefined || !isSecret(name)) {
      const [, setting, word = ""] = isFile ? (SETTING.exec(line) ?? []) : [];
      kept.push(setting !== undefined && isSecret(word) ? `${setting}${MASK}` : line);
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
