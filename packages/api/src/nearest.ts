import { closest, distance } from "fastest-levenshtein";

/** The end of a sentence about an unknown word: `; did you mean X?` where a known one is near, else a full stop. */
export function nearest(word: string, known: readonly string[]): string {
  if (known.length === 0) return ".";
  const found = closest(word, known);
  return distance(word, found) <= Math.max(2, Math.floor(word.length / 3)) ? `; did you mean ${found}?` : ".";
}
