import { distance } from "fastest-levenshtein";

/** Characters of a word that are compared. */
const MOST_COMPARED = 100;
/** Words that are compared, at the most: an inventory may have any number of entries. */
const MOST_WORDS = 20_000;

/** The words that come nearest, the nearest first: typing errors, and what the word is a part of. */
export function closeTo(word: string, words: readonly string[], most = 5): string[] {
  const wanted = folded(word);
  const ranked = [...new Set(words.slice(0, MOST_WORDS))].flatMap((other) => {
    const far = farness(wanted, folded(other));
    return far === undefined ? [] : [{ other, far }];
  });
  return ranked
    .toSorted((a, b) => a.far - b.far)
    .slice(0, most)
    .map(({ other }) => other);
}

const folded = (word: string) => word.toLowerCase().replaceAll("*", "").slice(0, MOST_COMPARED);

function farness(word: string, other: string): number | undefined {
  if (word === "" || other === "") return undefined;
  const far = distance(word, other);
  if (far <= Math.max(1, Math.floor(word.length / 3))) return far;
  const [shorter, longer] = word.length < other.length ? [word, other] : [other, word];
  return shorter.length >= 3 && longer.includes(shorter) ? far : undefined;
}
