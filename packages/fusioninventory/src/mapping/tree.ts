import type { XmlElement } from "@gatehouse/http/agent-xml";
import { withoutMojibake } from "@gatehouse/http/agent-xml";

/** What an element says: its text, what is in it, or one of these for each of several of its name. */
export type XmlValue = string | XmlTree | readonly (string | XmlTree)[];
export interface XmlTree {
  readonly [key: string]: XmlValue;
}

/**
 * A message in the shape of JSON, the first steps of the public converter (wire/xml-inventory.md section 1): what is empty is
 * left out, and what is empty without it; names are in lower case; siblings of one name are a list, however they are
 * capitalised. Texts are trimmed, and repaired where they were encoded twice. Text beside elements says nothing.
 */
export function treeOf({ children }: XmlElement): XmlTree {
  const values = new Map<string, (string | XmlTree)[]>();
  for (const child of children) {
    const value = saidBy(child);
    if (value === undefined) continue;
    const key = child.name.toLowerCase();
    const others = values.get(key);
    if (others === undefined) values.set(key, [value]);
    else others.push(value);
  }
  // By definition and not by assignment: an element may be named __proto__.
  return Object.fromEntries(
    [...values].map(([key, [first = "", ...more]]) => [key, more.length === 0 ? first : [first, ...more]]),
  );
}

function saidBy(element: XmlElement): string | XmlTree | undefined {
  if (element.children.length === 0) {
    const text = element.text.trim();
    return text === "" ? undefined : withoutMojibake(text);
  }
  const tree = treeOf(element);
  return Object.keys(tree).length === 0 ? undefined : tree;
}
