/**
 * Text in the one form in which names are compared: ASCII letters in lower case, and nothing else changed. What lies
 * outside ASCII has no case that JavaScript and every PostgreSQL agree upon.
 */
export function foldText(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Numbers as text: plain decimals, of no more digits than a double keeps apart. */
const NUMBER = /^-?[0-9]{1,15}(\.[0-9]{1,15})?$/;

/** The number that a value is, or that a text is written as; undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  return typeof value === "string" && NUMBER.test(value) ? Number(value) : undefined;
}

const SURROGATE = /[\ud800-\udfff]/;

/** A pattern of {@link Rule}'s `glob`, compiled: `*` is any text, `?` is one character, also outside the BMP. */
export function compileGlob(pattern: string): (text: string) => boolean {
  const parts = pattern.split("*").map((part) => [...part]);
  const [first = [], ...rest] = parts;
  const last = rest.pop();
  return (text) => {
    const points = SURROGATE.test(text) ? [...text] : text;
    if (!fitsAt(points, 0, first)) return false;
    if (last === undefined) return points.length === first.length;
    let from = first.length;
    // The leftmost place of each part leaves the most room for those after it.
    for (const part of rest) {
      const at = find(points, from, part);
      if (at < 0) return false;
      from = at + part.length;
    }
    const end = points.length - last.length;
    return end >= from && fitsAt(points, end, last);
  };
}

function fitsAt(points: ArrayLike<string>, at: number, part: readonly string[]): boolean {
  return at + part.length <= points.length && part.every((wanted, i) => wanted === "?" || wanted === points[at + i]);
}

function find(points: ArrayLike<string>, from: number, part: readonly string[]): number {
  for (let at = from; at + part.length <= points.length; at++) if (fitsAt(points, at, part)) return at;
  return -1;
}
