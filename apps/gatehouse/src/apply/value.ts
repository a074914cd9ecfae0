import { isAlias, isMap, isScalar, isSeq, type Node } from "yaml";

/** Levels of a document. */
const MOST_DEPTH = 32;
/** Values of a document, those of aliases each time. */
const MOST_VALUES = 100_000;
const MOST_ALIASES = 1_000;
/** Characters of all documents together, those of aliases each time. */
const MOST_TEXT = 32 << 20;

/** What is left of {@link MOST_TEXT}, over all files. */
export interface TextBudget {
  left: number;
}

export const newBudget = (): TextBudget => ({ left: MOST_TEXT });

/** A value that JSON could not hold, or that is too much; `offset` is its place in the text. */
export class ValueFault extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/**
 * The plain value of a parsed node. Keys are data (`__proto__` too), once each; aliases are bounded by what they
 * unfold to.
 * @throws ValueFault
 */
export function plainValue(root: Node | null, budget: TextBudget): unknown {
  const anchors = new Map<string, Node>();
  let [values, aliases] = [0, 0];

  const valueAt = (node: unknown, depth: number, above: number): unknown => {
    const offset = offsetOf(node) ?? above;
    if (++values > MOST_VALUES)
      throw new ValueFault(offset, `The document has more than ${MOST_VALUES} values, what aliases stand for counted.`);
    if (depth > MOST_DEPTH) throw new ValueFault(offset, `The document is nested more than ${MOST_DEPTH} levels deep.`);
    if (node === null || node === undefined) return null;
    if (isAlias(node)) {
      const meant = anchors.get(node.source);
      if (++aliases > MOST_ALIASES) throw new ValueFault(offset, `The document has more than ${MOST_ALIASES} aliases.`);
      if (meant === undefined) throw new ValueFault(offset, "There is no anchor of this alias's name before it.");
      return valueAt(meant, depth, offset);
    }
    const { anchor } = node as { anchor?: string };
    if (anchor !== undefined) anchors.set(anchor, node as Node);
    if (isScalar(node)) return scalarOf(node.value, offset);
    if (isSeq(node)) return node.items.map((item) => valueAt(item, depth + 1, offset));
    if (!isMap(node)) throw new ValueFault(offset, "This cannot stand here.");
    const seen = new Set<string>();
    return Object.fromEntries(
      node.items.map(({ key, value }) => {
        const at = offsetOf(key) ?? offset;
        const name = keyOf(key, at);
        if (seen.has(name)) throw new ValueFault(at, "The key stands here twice.");
        seen.add(name);
        budget.left -= name.length;
        return [name, valueAt(value, depth + 1, at)];
      }),
    );
  };

  const scalarOf = (value: unknown, offset: number): unknown => {
    if (typeof value === "string") {
      budget.left -= value.length;
      if (budget.left < 0)
        throw new ValueFault(
          offset,
          `The documents have more than ${MOST_TEXT} characters, what aliases stand for counted.`,
        );
      return value;
    }
    if (value === null || typeof value === "boolean") return value;
    if (
      typeof value === "number" &&
      Number.isFinite(value) &&
      (!Number.isInteger(value) || Number.isSafeInteger(value))
    )
      return value;
    if (typeof value !== "number") throw new ValueFault(offset, "Tags are not used here.");
    throw new ValueFault(offset, "This is no number that can be kept as it is: write it in quotes, as text.");
  };

  return valueAt(root, 0, 0);
}

function keyOf(key: unknown, offset: number): string {
  const name = isScalar(key) ? key.value : undefined;
  if (name === "<<") throw new ValueFault(offset, "There are no merge keys here: write the fields out.");
  if (typeof name === "string") return name;
  throw new ValueFault(offset, "A key is a text: write it in quotes.");
}

const offsetOf = (node: unknown): number | undefined =>
  (node as { range?: readonly number[] | null } | null)?.range?.[0];
