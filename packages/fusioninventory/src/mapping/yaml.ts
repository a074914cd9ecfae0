import { GatehouseError } from "@gatehouse/core/errors";
import { Composer, type CST, type Document, isMap, isScalar, isSeq, Lexer, Parser } from "yaml";

/** Bytes of a text: its tree takes a hundred times as much. The largest inventories of hosts are a quarter of it. */
const MOST_BYTES = 2 << 20;
const LEVELS = 32;
const VALUES = 200_000;
/** Lexemes: a text of values alone has one for each three or four of its bytes. */
const LEXEMES = 1_000_000;
/** A mapping's key and a document's head stand on the parser's stack beside what is open. */
const STACKED = 3;

/** Unique keys are looked for by comparing each with all others. */
const OPTIONS = {
  version: "1.2",
  schema: "core",
  merge: false,
  strict: true,
  uniqueKeys: false,
  logLevel: "error",
} as const;

const malformed = (message: string) => new GatehouseError("request-malformed", message);
const tooLarge = () =>
  new GatehouseError(
    "body-too-large",
    `The YAML has more than ${MOST_BYTES} bytes, ${LEVELS} levels or ${VALUES} values.`,
  );

/**
 * The value of one YAML document, as JSON could say it: tags and aliases are refused, so that it is as large as it was written
 * and of no class. Of keys that are the same the last one counts, as in JSON.
 * @param bytes UTF-8
 * @throws request-malformed, body-too-large
 */
export function readYaml(bytes: Uint8Array): unknown {
  if (bytes.length > MOST_BYTES) throw tooLarge();
  const document = documentIn(textIn(bytes));
  let count = 0;
  const plain = (node: unknown, depth: number): unknown => {
    if (++count > VALUES || depth > LEVELS) throw tooLarge();
    if (node === null || node === undefined) return null;
    if ((node as { readonly tag?: unknown }).tag !== undefined) throw malformed("The YAML has a tag.");
    if (isSeq(node)) return node.items.map((item) => plain(item, depth + 1));
    if (isMap(node))
      return Object.fromEntries(node.items.map(({ key, value }) => [keyOf(key), plain(value, depth + 1)]));
    if (!isScalar(node)) throw malformed("The YAML has an alias.");
    return scalar(node.value);
  };
  return plain(document.contents, 1);
}

function textIn(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw malformed("The YAML is no UTF-8.");
  }
}

function keyOf(key: unknown): string {
  if (isScalar(key) && key.tag === undefined && typeof key.value !== "object") return String(key.value);
  throw malformed("The YAML has a key that is no text.");
}

/** JSON has no numbers beyond all bounds. */
const scalar = (value: unknown): unknown =>
  typeof value === "number"
    ? Number.isFinite(value)
      ? value
      : null
    : typeof value === "bigint"
      ? String(value)
      : value;

/** Given up as soon as it is too large or too deep. */
function documentIn(text: string): Document.Parsed {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (++lexemes > LEXEMES || parser.stack.length > STACKED * LEVELS) throw tooLarge();
    tokens.push(...parser.next(lexeme));
  }
  tokens.push(...parser.end());
  const [document, ...others] = new Composer(OPTIONS).compose(tokens, true, text.length);
  if (document === undefined || others.length > 0) throw malformed("The YAML is not one document.");
  const [fault] = document.errors;
  if (fault !== undefined) throw malformed(`The YAML is not well formed: ${fault.code}.`);
  return document as unknown as Document.Parsed;
}
