import type { Answering } from "./worker.js";

/** Characters of answers to the collectors of one catalog that are kept while it is made. */
const MOST_KEPT = 32 << 20;

/**
 * A collector asks until nothing new is found; within one catalog the answer is the same. Queries are asked by hand.
 * @param most characters of answers that are kept; what is more is asked for again
 */
export function once(answer: Answering, most = MOST_KEPT): Answering {
  const answers = new Map<string, string>();
  let size = 0;
  return async (question) => {
    if (question.ask !== "exported") return answer(question);
    const key = JSON.stringify(question);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const found = await answer(question);
    if (size + found.length > most) return found;
    size += found.length;
    answers.set(key, found);
    return found;
  };
}
