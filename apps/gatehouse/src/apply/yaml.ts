import { Composer, type Document, type ErrorCode, isMap, isScalar, isSeq, LineCounter, type Node, Parser } from "yaml";
import { DocumentsError, type Place, partsOf } from "./faults.js";
import type { SourceFile } from "./files.js";
import { plainValue, type TextBudget, ValueFault } from "./value.js";

// Keys that stand twice are found when values are made: the library compares each with all.
const OPTIONS = { version: "1.2", schema: "core", merge: false, strict: true, uniqueKeys: false } as const;

/** Where a document stands: in which of the file's, and as which item if that is a list. */
export interface Origin {
  readonly file: SourceFile;
  readonly nth: number;
  readonly item: number | undefined;
}

/** A document as it stands in a file, before it is known to be one. */
export interface RawDocument {
  readonly origin: Origin;
  readonly value: unknown;
}

/**
 * The documents of a file: YAML 1.2, of which JSON is a part.
 * @throws DocumentsError where it is neither, never with what stands there: that may be a secret
 */
export function readDocuments(file: SourceFile, budget: TextBudget): RawDocument[] {
  const found: RawDocument[] = [];
  const lines = new LineCounter();
  const refuse = (offset: number, message: string) =>
    new DocumentsError([{ place: placeAt(file, lines, offset), path: "", message }]);
  let nth = 0;
  try {
    for (const document of parse(file, lines)) {
      const [fault] = [...document.errors, ...document.warnings];
      if (fault !== undefined) throw refuse(fault.pos[0], WORDS[fault.code]);
      const value = plainValue(document.contents as Node | null, budget);
      if (Array.isArray(value))
        for (const [item, one] of value.entries()) found.push({ origin: { file, nth, item }, value: one });
      // Nothing between two `---`, or nothing but comments.
      else if (value !== null) found.push({ origin: { file, nth, item: undefined }, value });
      nth++;
    }
  } catch (thrown) {
    if (thrown instanceof ValueFault) throw refuse(thrown.offset, thrown.message);
    if (thrown instanceof RangeError) throw refuse(0, TOO_DEEP);
    throw thrown;
  }
  if (found.length > 0 && /\.json$/i.test(file.shown) && !isJson(file.text))
    throw refuse(0, "It is no JSON, which has no comments, no unquoted text and no comma before a closing bracket.");
  return found;
}

/** A place in a document. */
export interface Pointed {
  readonly origin: Origin;
  /** JSON pointer. */
  readonly pointer: string;
}

/**
 * Where JSON pointers lead to: the value's key; the item; what is above it for what is not there. Each file is parsed
 * once more: kept from the first time, a large one would take a gigabyte.
 */
export function locate(all: readonly Pointed[]): Place[] {
  const places = all.map(({ origin }): Place => ({ file: origin.file.shown }));
  for (const file of new Set(all.map(({ origin }) => origin.file))) {
    const lines = new LineCounter();
    let nth = 0;
    for (const document of parse(file, lines)) {
      for (const [i, { origin, pointer }] of all.entries()) {
        if (origin.file !== file || origin.nth !== nth) continue;
        const keys = [...(origin.item === undefined ? [] : [String(origin.item)]), ...partsOf(pointer)];
        places[i] = placeAt(file, lines, offsetIn(document, keys));
      }
      nth++;
    }
  }
  return places;
}

function offsetIn({ contents, range }: Document.Parsed, keys: readonly string[]): number {
  let node: unknown = contents;
  let offset = offsetOf(node) ?? range[0];
  for (const key of keys) {
    const pair = isMap(node) ? node.items.find((each) => isScalar(each.key) && each.key.value === key) : undefined;
    const below: unknown = isSeq(node) ? node.items[Number(key)] : pair?.value;
    // Nothing there, or an alias, which is where it stands and not where it leads to.
    if (pair === undefined && below === undefined) break;
    offset = offsetOf(pair?.key) ?? offsetOf(below) ?? offset;
    node = below;
  }
  return offset;
}

function* parse({ text }: SourceFile, lines: LineCounter): Generator<Document.Parsed> {
  const composer = new Composer(OPTIONS);
  for (const document of composer.compose(new Parser(lines.addNewLine).parse(text)))
    yield document as unknown as Document.Parsed;
}

function placeAt({ shown }: SourceFile, lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { file: shown, line: Math.max(1, line), column: Math.max(1, col) };
}

const offsetOf = (node: unknown): number | undefined =>
  (node as { range?: readonly number[] | null } | null)?.range?.[0];

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const TOO_DEEP = "It is nested too deeply.";

/** Our words for what the parser says: its own show what stands there. */
const WORDS: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: "An alias has no anchor and no tag.",
  BAD_ALIAS: "There is no anchor of this alias's name before it.",
  BAD_COLLECTION_TYPE: "This is no mapping and no list.",
  BAD_DIRECTIVE: "The directive is not understood.",
  BAD_DQ_ESCAPE: "After a backslash between double quotes stands one of the few characters that mean something.",
  BAD_INDENT: "The indentation does not fit to what stands above.",
  BAD_PROP_ORDER: "An anchor or tag stands in the wrong place.",
  BAD_SCALAR_START: "A text that begins so stands in quotes.",
  BLOCK_AS_IMPLICIT_KEY: "A mapping cannot stand on the line of another one's key: is a line's indentation missing?",
  BLOCK_IN_FLOW: "What is indented cannot stand between brackets.",
  DUPLICATE_KEY: "The key stands here twice.",
  IMPOSSIBLE: "This is not understood.",
  KEY_OVER_1024_CHARS: "The key is too long.",
  MISSING_CHAR: "A character is missing here: a closing quote or bracket, a comma, or a space after a colon.",
  MULTILINE_IMPLICIT_KEY: "A key stands on one line: is a colon missing?",
  MULTIPLE_ANCHORS: "There are two anchors here.",
  MULTIPLE_DOCS: "Documents are divided by a line with `---`.",
  MULTIPLE_TAGS: "There are two tags here.",
  NON_STRING_KEY: "A key is a text: write it in quotes.",
  RESOURCE_EXHAUSTION: TOO_DEEP,
  TAB_AS_INDENT: "Lines are indented by spaces, not by tabs.",
  TAG_RESOLVE_FAILED: "Tags are not used here.",
  UNEXPECTED_TOKEN: "This cannot stand here.",
};
