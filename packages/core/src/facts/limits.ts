/** What one source may say of a node, at the most: bytes of JSON, levels, objects and lists. */
export const MOST_FACT_BYTES = 1 << 20;
const DEEPEST = 20;
const MOST_BRANCHES = 20_000;

/** What is wrong with facts that are too large or too deep to be stored; undefined for those that can be. */
export function factsFault(facts: unknown): string | undefined {
  if (typeof facts !== "object" || facts === null || Array.isArray(facts)) return "Facts are an object.";
  return shapeFault(facts) ?? sizeFault(facts);
}

/** Walks level by level: what is too deep for us may be too deep for a recursion. */
function shapeFault(facts: object): string | undefined {
  let level: unknown[] = [facts];
  let branches = 0;
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > DEEPEST) return `Facts nest at most ${DEEPEST} deep.`;
    level = level
      .flatMap((item) => Object.values(item as object))
      .filter((item) => typeof item === "object" && item !== null);
    branches += level.length;
    if (branches > MOST_BRANCHES) return `Facts have at most ${MOST_BRANCHES} objects and lists.`;
  }
  return undefined;
}

const sizeFault = (facts: object): string | undefined =>
  Buffer.byteLength(JSON.stringify(facts)) > MOST_FACT_BYTES
    ? `Facts have at most ${MOST_FACT_BYTES} bytes of JSON.`
    : undefined;
