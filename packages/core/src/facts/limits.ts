/** What one source may say of a node, at the most: bytes of JSON, levels, objects and lists. */
export const MOST_FACT_BYTES = 1 << 20;
const DEEPEST = 20;
const MOST_BRANCHES = 20_000;

/** What JSON makes of a byte that was read, at the most: six characters of one that no text should have. */
const LONGEST_BYTE = 6;

/**
 * What is wrong with facts that are too large or too deep to be stored; undefined for those that can be.
 * @param textBytes of the JSON that they were read from, where they were: most need not be written to be found small enough
 */
export function factsFault(facts: unknown, textBytes = Number.POSITIVE_INFINITY): string | undefined {
  const isSmall = textBytes * LONGEST_BYTE <= MOST_FACT_BYTES;
  if (isSmall) return isTree(facts) ? shapeFault(facts) : NO_TREE;
  const written = factsJson(facts);
  return "fault" in written ? written.fault : undefined;
}

/** Facts as JSON, or what is wrong with them. */
export function factsJson(facts: unknown): { readonly json: string } | { readonly fault: string } {
  if (!isTree(facts)) return { fault: NO_TREE };
  const shape = shapeFault(facts);
  if (shape !== undefined) return { fault: shape };
  const json = JSON.stringify(facts);
  return Buffer.byteLength(json) <= MOST_FACT_BYTES ? { json } : { fault: TOO_LARGE };
}

const NO_TREE = "Facts are an object.";
const TOO_LARGE = `Facts have at most ${MOST_FACT_BYTES} bytes of JSON.`;

const isTree = (facts: unknown): facts is object =>
  typeof facts === "object" && facts !== null && !Array.isArray(facts);

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
