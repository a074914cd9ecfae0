import type { SettingMerge } from "../groups/index.js";

/** A value of a setting, from the groups and the hand that offered one. */
export interface Merged {
  readonly value: unknown;
  /** For each offer, whether anything of it is in the value. */
  readonly used: readonly boolean[];
}

/** Objects that nest deeper than this are taken whole. */
export const DEEPEST = 32;

/**
 * What becomes of the values that were offered for a setting.
 * @param offers at least one, the strongest first
 * @param depth levels of objects that are merged, where they are
 */
export function mergeValues(merge: SettingMerge, offers: readonly unknown[], depth: number = DEEPEST): Merged {
  if (merge === "union") return union(offers);
  if (merge === "deep") return deep(offers, depth);
  return { value: offers[0], used: offers.map((_, i) => i === 0) };
}

function union(offers: readonly unknown[]): Merged {
  const items = new Map<string, unknown>();
  const used = offers.map((offer) => {
    const before = items.size;
    for (const item of Array.isArray(offer) ? offer : [offer]) {
      const key = JSON.stringify(item);
      if (!items.has(key)) items.set(key, item);
    }
    return items.size > before;
  });
  return { value: [...items.values()], used };
}

function deep(offers: readonly unknown[], depth: number): Merged {
  const used = offers.map((_, i) => i === 0);
  let value = offers[0];
  for (const [i, offer] of offers.entries()) {
    if (i === 0) continue;
    const merged = under(value, offer, depth);
    used[i] = merged !== value;
    value = merged;
  }
  return { value, used };
}

/** The first value with what it lacks of the second; the very same one when it lacks nothing. */
function under(first: unknown, second: unknown, depth: number): unknown {
  if (!isTree(first) || !isTree(second) || depth === 0) return first;
  const entries = new Map(Object.entries(first));
  let added = false;
  for (const [key, value] of Object.entries(second)) {
    const before = entries.get(key);
    const after = entries.has(key) ? under(before, value, depth - 1) : value;
    if (entries.has(key) && after === before) continue;
    entries.set(key, after);
    added = true;
  }
  return added ? Object.fromEntries(entries) : first;
}

export const isTree = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
