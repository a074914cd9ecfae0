import { PuppetError } from "../errors.js";

/** Formats by the names that Puppet gives them, with their types (wire/puppet.md section 2). */
const TYPES = {
  rich_json: "application/vnd.puppet.rich+json",
  json: "application/json",
  rich_msgpack: "application/vnd.puppet.rich+msgpack",
  msgpack: "application/x-msgpack",
  pson: "text/pson",
  yaml: "text/yaml",
  binary: "application/octet-stream",
  s: "text/plain",
} as const;

export type Format = keyof typeof TYPES;

/** Others under which a format is known. */
const ALSO: Readonly<Record<string, Format>> = {
  "text/x-yaml": "yaml",
  "application/x-yaml": "yaml",
  "application/yaml": "yaml",
  "application/x-raw": "binary",
  raw: "binary",
  "application/pson": "pson",
};

/** By type and by name: agents of version 4 send names. */
const BY_WORD: ReadonlyMap<string, Format> = new Map([
  ...Object.entries(TYPES).flatMap(([name, type]) => [
    [name, name as Format] as const,
    [type, name as Format] as const,
  ]),
  ...Object.entries(ALSO),
]);

/** Entries of an Accept header that are looked at: agents send three. */
const MOST = 32;

const wordsOf = (header: string) =>
  header.split(",", MOST).map((entry) => (entry.split(";", 1)[0] ?? "").trim().toLowerCase());

/**
 * The format of an answer: the first of Accept that is offered. Its q-values count for nothing, as with puppetserver.
 * @param offered the server's own order, for who takes everything
 * @throws request-malformed without Accept, not-acceptable for nothing in common
 */
export function answerFormat<F extends Format>(accept: string | undefined, offered: readonly F[]): F {
  if (accept === undefined || accept.trim() === "")
    throw new PuppetError("request-malformed", "Missing required Accept header", { kind: "MISSING_HEADER_FIELD" });
  for (const word of wordsOf(accept)) {
    const format = word === "*/*" || word === "*" ? offered[0] : BY_WORD.get(word);
    const found = offered.find((candidate) => candidate === format);
    if (found !== undefined) return found;
  }
  const known = offered.map((format) => TYPES[format]).join(", ");
  throw new PuppetError(
    "not-acceptable",
    `No supported formats are acceptable (Accept: ${accept.slice(0, 200)}); there is ${known}`,
    {
      kind: "UNSUPPORTED_FORMAT",
    },
  );
}

/**
 * The format of what a caller sent.
 * @throws request-malformed without Content-Type, coding-unsupported for one that is not taken
 */
export function bodyFormat<F extends Format>(contentType: string | undefined, taken: readonly F[]): F {
  const word = wordsOf(contentType ?? "")[0] ?? "";
  if (word === "")
    throw new PuppetError("request-malformed", "Missing required Content-Type header", {
      kind: "MISSING_HEADER_FIELD",
    });
  const format = BY_WORD.get(word);
  const found = taken.find((candidate) => candidate === format);
  if (found !== undefined) return found;
  throw new PuppetError(
    "coding-unsupported",
    `Client sent a mime-type (${word.slice(0, 100)}) that is not supported here`,
    {
      kind: "UNSUPPORTED_MEDIA_TYPE",
    },
  );
}

/** As recorded: JSON has its charset, rich JSON one with a space. */
export function contentTypeOf(format: Format): string {
  if (format === "json") return "application/json;charset=utf-8";
  if (format === "rich_json") return "application/vnd.puppet.rich+json; charset=utf-8";
  return TYPES[format];
}
