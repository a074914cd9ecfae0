import { GatehouseError } from "@gatehouse/core/errors";
import { SaxesParser } from "saxes";
import { decodedText } from "./text.js";

/** An element. Its attributes are left out: agents say nothing in them. */
export interface XmlElement {
  readonly name: string;
  /** Its own, with what was in CDATA, as it stands: blanks too. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

/** What a message may consist of. */
export interface XmlLimits {
  readonly levels: number;
  /** And attributes, though nobody reads them. */
  readonly elements: number;
  /** Characters of the text of one element. */
  readonly text: number;
}

/**
 * Which elements are wanted: what is left out is checked like the rest, and takes no memory.
 * @param path names from the root's to the element's own; the same array each time
 */
export type Wanted = (path: readonly string[]) => boolean;

/** Recorded ones have 7 levels and 14,000 elements; a switch with 20 MB is known of (wire/glpi.md section 2). */
export const XML_LIMITS: XmlLimits = { levels: 32, elements: 500_000, text: 1 << 20 };

/** Characters that are given to the parser at once. */
const STEP = 64 << 10;

interface Open {
  readonly name: string;
  text: string;
  /** Characters of its text, kept or not. */
  length: number;
  readonly isWanted: boolean;
  readonly children: XmlElement[];
}

/**
 * Reads an agent's message, strictly: what is not well formed is refused, and so is a DOCTYPE, and with it all entities but
 * XML's own five. What is over a limit is refused when it is met; nothing after it is read.
 * @param wanted for a part of the message; all of it unless told
 * @returns the root
 * @throws request-malformed, body-too-large
 */
export function readXml(bytes: Uint8Array, limits: XmlLimits = XML_LIMITS, wanted?: Wanted): XmlElement {
  const parser = new SaxesParser();
  const open: Open[] = [];
  const path: string[] = [];
  let elements = 0;
  let root: XmlElement | undefined;
  const add = (text: string) => {
    const current = open.at(-1);
    if (current === undefined) return;
    current.length += text.length;
    bound(current.length);
    if (current.isWanted) current.text += text;
  };
  const bound = (length: number) => {
    if (length > limits.text) throw tooLarge(`a text of more than ${limits.text} characters`);
  };
  parser.on("doctype", () => {
    throw malformed("A DOCTYPE is not taken.");
  });
  const count = () => {
    if (++elements > limits.elements) throw tooLarge(`more than ${limits.elements} elements`);
  };
  parser.on("attribute", ({ value }) => {
    count();
    bound(value.length);
  });
  parser.on("opentag", ({ name }) => {
    if (open.length === limits.levels) throw tooLarge(`more than ${limits.levels} levels`);
    count();
    path.push(name);
    const isWanted = wanted === undefined || ((open.at(-1)?.isWanted ?? true) && wanted(path));
    open.push({ name, text: "", length: 0, isWanted, children: [] });
  });
  parser.on("text", add);
  parser.on("cdata", add);
  parser.on("closetag", () => {
    const closed = open.pop();
    path.pop();
    if (closed === undefined) return;
    const { name, text, children, isWanted } = closed;
    if (open.length === 0) root = { name, text, children };
    else if (isWanted) open.at(-1)?.children.push({ name, text, children });
  });
  const text = decodedText(bytes);
  try {
    for (let at = 0; at < text.length; at += STEP) parser.write(text.slice(at, at + STEP));
    parser.close();
  } catch (thrown) {
    if (thrown instanceof GatehouseError) throw thrown;
    throw malformed(`The XML is not well formed: ${(thrown as Error).message.slice(0, 200)}`);
  }
  if (root === undefined) throw malformed("The XML has no element.");
  return root;
}

const malformed = (message: string) => new GatehouseError("request-malformed", message);
const tooLarge = (what: string) => new GatehouseError("body-too-large", `The XML has ${what}.`);
