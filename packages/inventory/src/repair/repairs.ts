import type { Repair } from "@gatehouse/core/inventory";
import { withoutSecrets } from "@gatehouse/core/redaction";

/** Repairs of one message that are kept. */
const MOST = 200;
/** Characters of what stood there, and of its path. */
const LONGEST_WAS = 100;
const LONGEST_PATH = 300;

/** Fields whose values nobody reads in a list of repairs. */
const PRIVATE = /key|pass|secret|token|credential/i;

/** A list of what was put right, alike ones as one. */
export class Repairs {
  readonly #found = new Map<string, { readonly repair: Omit<Repair, "times">; times: number }>();

  /** @param earlier what was put right before, by whoever made the content of another form */
  constructor(earlier: readonly Repair[] = []) {
    for (const { times, ...repair } of earlier.slice(0, MOST)) this.#found.set(keyOf(repair), { repair, times });
  }

  /** @param path names and indices on the way */
  note(did: Repair["did"], path: readonly (string | number)[], why: string, was: unknown): void {
    const key = keyOf({ path: String(path[0]), did, why });
    const known = this.#found.get(key);
    if (known !== undefined) known.times++;
    else if (this.#found.size < MOST)
      this.#found.set(key, { repair: { path: pathText(path), did, why, was: shown(path, was) }, times: 1 });
  }

  /** At most {@link MOST}. */
  list(): Repair[] {
    return [...this.#found.values()].map(({ repair, times }) => ({ ...repair, times }));
  }
}

const keyOf = ({ path, did, why }: Pick<Repair, "path" | "did" | "why">): string =>
  `${/^[^.[]*/.exec(path)?.[0]}\0${did}\0${why}`;

function pathText(path: readonly (string | number)[]): string {
  const [first = "", ...rest] = path;
  const text = rest.reduce<string>(
    (at, part) => at + (typeof part === "number" ? `[${part}]` : `.${part}`),
    `${first}`,
  );
  return clean(text, LONGEST_PATH);
}

function shown(path: readonly (string | number)[], was: unknown): string {
  if (path.some((part) => typeof part === "string" && PRIVATE.test(part))) return "…";
  // Of a large value only the beginning is read: its JSON may be a megabyte.
  const text = typeof was === "string" ? was.slice(0, LONGEST_WAS * 4) : jsonBeginning(was);
  return clean(withoutSecrets(text), LONGEST_WAS);
}

function jsonBeginning(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value !== "object" || value === null) return String(value);
  return `an object with ${Object.keys(value).slice(0, 5).join(", ")}`;
}

const clean = (text: string, longest: number): string => {
  const plain = text.replaceAll("\0", "");
  return (plain.length > longest ? `${plain.slice(0, longest - 1)}…` : plain).toWellFormed();
};
