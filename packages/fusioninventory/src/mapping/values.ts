import type { XmlTree, XmlValue } from "./tree.js";

/** What a message says in the shape of JSON, on its way from XML. */
export type Json = Readonly<Record<string, unknown>>;

/** Of siblings that should not be several, the first. */
const first = (value: XmlValue | undefined): string | XmlTree | undefined => listOf(value)[0];

/** One or several elements of a name, as several. */
export const listOf = (value: XmlValue | undefined): readonly (string | XmlTree)[] => {
  if (value === undefined) return [];
  return isList(value) ? value : [value];
};

/** Those of a name's elements that have elements in them. */
export const treesOf = (value: XmlValue | undefined): XmlTree[] =>
  listOf(value).filter((item): item is XmlTree => typeof item !== "string");

/** Those that have none. */
export const textsOf = (value: XmlValue | undefined): string[] =>
  listOf(value).filter((item): item is string => typeof item === "string");

export const treeIn = (value: XmlValue | undefined): XmlTree | undefined => {
  const found = first(value);
  return typeof found === "string" ? undefined : found;
};

export const textIn = (value: XmlValue | undefined): string | undefined => {
  const found = first(value);
  return typeof found === "string" ? found : undefined;
};

/** The same without what is not said. */
export const said = (json: Json): Json =>
  Object.fromEntries(Object.entries(json).filter(([, value]) => value !== undefined));

/** The same of what is in the shape of JSON already. */
export const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const isList = (value: XmlValue): value is readonly (string | XmlTree)[] => Array.isArray(value);
