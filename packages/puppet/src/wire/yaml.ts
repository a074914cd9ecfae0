import type { JsonLimits } from "@gatehouse/http/json-limits";
import { Composer, type CST, type Document, isAlias, isMap, isSeq, Lexer, Parser } from "yaml";

/** Ruby's own names for classes stand as tags: unknown ones are left out, and the plain value below them is taken. */
const OPTIONS = {
  version: "1.1",
  schema: "core",
  merge: false,
  strict: false,
  uniqueKeys: false,
  logLevel: "error",
} as const;

/** Lexemes of a text: a report has one for each three or four of its bytes. */
const MOST_LEXEMES = 1_500_000;
/** Values of a list that is a key, and characters of each. */
const LONGEST_KEY = 64;
/** A mapping's key and a document's head stand on the parser's stack beside what is open. */
const STACKED = 3;

/**
 * The plain value of a YAML text, as Ruby writes it: symbols become texts without their colon; tags make nothing.
 * @throws what the parser throws, and an error for more levels, values or aliases than the limits allow
 */
export function readYaml(text: string, { levels, values }: JsonLimits): unknown {
  const document = documentIn(text, levels);
  let count = 0;
  const anchored = new Map<string, unknown>();
  const plain = (node: unknown, depth: number): unknown => {
    if (++count > values || depth > levels) throw new RangeError("too many values or levels");
    if (node === null || node === undefined) return null;
    if (isAlias(node)) {
      // The same object again, and not a copy: a nest of aliases stays as small as it was written.
      if (!anchored.has(node.source)) throw new SyntaxError("an alias of nothing before it");
      return anchored.get(node.source);
    }
    if (isSeq(node))
      return remember(
        node,
        node.items.map((item) => plain(item, depth + 1)),
      );
    if (!isMap(node)) return remember(node, scalar((node as { value?: unknown }).value));
    const entries = node.items.map(
      ({ key, value }) => [keyOf(plain(key, depth + 1)), plain(value, depth + 1)] as const,
    );
    return remember(node, Object.fromEntries(entries));
  };
  const remember = (node: unknown, value: unknown) => {
    const anchor = (node as { anchor?: string }).anchor;
    if (anchor !== undefined) anchored.set(anchor, value);
    return value;
  };
  return plain(document.contents, 1);
}

/** A short list can be written as a key; one out of a nest of aliases would have an endless text. */
function keyOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value) && value.length <= LONGEST_KEY && value.every((item) => typeof item !== "object"))
    return value.map((item) => String(item).slice(0, LONGEST_KEY)).join();
  throw new SyntaxError("a key that is no text");
}

const scalar = (value: unknown): unknown => {
  if (typeof value === "string") return value.startsWith(":") ? value.slice(1) : value;
  if (typeof value === "bigint") return Number(value);
  return typeof value === "object" ? String(value) : value;
};

/** The one document of a text, given up as soon as it is too large or too deep: a tree takes a hundred times its bytes. */
function documentIn(text: string, levels: number): Document.Parsed {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (++lexemes > MOST_LEXEMES || parser.stack.length > STACKED * levels)
      throw new RangeError("too many values or levels");
    tokens.push(...parser.next(lexeme));
  }
  tokens.push(...parser.end());
  const [document, ...others] = new Composer(OPTIONS).compose(tokens, true, text.length);
  if (document === undefined || others.length > 0) throw new SyntaxError("not one document");
  if (document.errors.length > 0) throw document.errors[0];
  return document as unknown as Document.Parsed;
}
