import { cleanText } from "./casts.js";

/** What is not of the model is kept as it came, within these bounds: levels below the field, members, characters. */
const DEEPEST = 6;
const MOST_MEMBERS = 5000;
/** Characters of one text: a monitor's whole EDID has 700. */
export const LONGEST_TEXT = 65_536;
const LONGEST_KEY = 128;

/** A name of a section or field that can be stored. @returns undefined for one that is empty, or too long to be one */
export function cleanKey(key: string): string | undefined {
  const clean = cleanText(key);
  return clean === "" || clean.length > LONGEST_KEY ? undefined : clean;
}

/**
 * A value that is not of the model, as it can be stored; the same one where it is so already.
 * @returns undefined for one over the bounds, and for what is no JSON
 */
export function plainValue(value: unknown): unknown {
  let left = MOST_MEMBERS;
  const count = (members: number) => {
    left -= members;
    if (left < 0) throw new OverBounds();
  };
  const walk = (item: unknown, level: number): unknown => {
    if (typeof item === "string") {
      const text = cleanText(item);
      if (text.length > LONGEST_TEXT) throw new OverBounds();
      return text;
    }
    if (typeof item === "boolean" || (typeof item === "number" && Number.isFinite(item))) return item;
    if (typeof item !== "object" || item === null) return undefined;
    if (level === DEEPEST) throw new OverBounds();
    if (Array.isArray(item)) {
      count(item.length);
      return item.map((member) => walk(member, level + 1)).filter((member) => member !== undefined && member !== "");
    }
    const entries = Object.entries(item);
    count(entries.length);
    return Object.fromEntries(
      entries.flatMap(([key, member]) => {
        const [name, clean] = [cleanKey(key), walk(member, level + 1)];
        return name === undefined || clean === undefined || clean === "" ? [] : [[name, clean] as const];
      }),
    );
  };
  try {
    return walk(value, 0);
  } catch (error) {
    if (error instanceof OverBounds) return undefined;
    throw error;
  }
}

/** Ends the walk through a value that is not kept. */
class OverBounds extends Error {}
