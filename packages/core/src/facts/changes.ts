import type { FactTree } from "./facts.js";
import type { IsVolatile } from "./volatile.js";

/** One difference between two states of a source's facts. */
export interface FactChange {
  /** Parts joined by a dot. */
  readonly path: string;
  /** Undefined: it was not there. */
  readonly before: unknown;
  /** Undefined: it is gone. */
  readonly after: unknown;
}

/** Changes of one submission that are kept; a machine that says everything anew has thousands. */
export const MOST_CHANGES = 500;
/** Characters of a value's JSON. */
const MOST_VALUE = 4096;
/** Characters of a path. */
const MOST_PATH = 1024;

type Json = Readonly<Record<string, unknown>>;

/**
 * What changed, by path: the value itself where both have one, the whole branch where one side has none of it. Volatile
 * facts make no change and stand in no branch. A list is one value. A value over 4 kB is shown as the beginning of its
 * JSON; after {@link MOST_CHANGES} the last one, at the path "", says how many more there are.
 * @param before values that JSON has, as `after`; neither nests deeper than facts may
 */
export function changesBetween(before: FactTree, after: FactTree, isVolatile: IsVolatile): FactChange[] {
  const changes: FactChange[] = [];
  let count = 0;
  const note = (path: readonly string[], old: unknown, now: unknown) => {
    if (++count > MOST_CHANGES) return;
    changes.push({ path: path.join(".").slice(0, MOST_PATH), before: shown(old), after: shown(now) });
  };
  const compare = (old: Json, now: Json, path: readonly string[]) => {
    for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
      const [was, is] = [own(old, key), own(now, key)];
      const at = [...path, key];
      if (was === is || isVolatile(at)) continue;
      if (isBranch(was) && isBranch(is)) compare(was, is, at);
      else if (!same(was, is)) {
        const [lasting, lastingNow] = [steady(was, at, isVolatile), steady(is, at, isVolatile)];
        if (lasting !== undefined || lastingNow !== undefined) note(at, lasting, lastingNow);
      }
    }
  };
  compare(before, after, []);
  if (count > MOST_CHANGES) changes.push({ path: "", before: undefined, after: { more: count - MOST_CHANGES } });
  return changes;
}

const own = (tree: Json, key: string): unknown => (Object.hasOwn(tree, key) ? tree[key] : undefined);

const isBranch = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** By content; the order of an object's keys says nothing. */
function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => same(item, b[i]));
  if (isBranch(a) && isBranch(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && same(own(a, key), own(b, key)))
    );
  }
  return a === b;
}

/** A value without what is volatile in it; undefined where nothing else was. */
function steady(value: unknown, path: readonly string[], isVolatile: IsVolatile): unknown {
  if (!isBranch(value)) return value;
  const entries = Object.entries(value);
  const kept = entries.flatMap(([key, item]) => {
    const at = [...path, key];
    const lasting = isVolatile(at) ? undefined : steady(item, at, isVolatile);
    return lasting === undefined ? [] : [[key, lasting] as const];
  });
  return kept.length === 0 && entries.length > 0 ? undefined : Object.fromEntries(kept);
}

function shown(value: unknown): unknown {
  if (value === undefined) return undefined;
  const text = JSON.stringify(value);
  return text.length <= MOST_VALUE ? value : `${text.slice(0, MOST_VALUE - 1).toWellFormed()}…`;
}
