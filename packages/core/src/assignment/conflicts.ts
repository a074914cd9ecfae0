import { isDeepStrictEqual } from "node:util";
import type { CompiledGroup } from "../groups/index.js";
import { isTree } from "./merge.js";
import type { SettingConflict } from "./types.js";

interface Offered {
  /** Of a group; -1 for what was given by hand. */
  readonly place: number;
  readonly value: unknown;
}

/** Said of one setting; what is wrong shows in the first. */
const MOST = 20;

/**
 * Where groups of one priority give different values and the first by name would win. A group and one above it are in
 * order, whatever their priority; what is given by hand, or by a group of a higher priority, settles the place for all.
 * @param offers the strongest first
 * @param depth levels of objects that are looked into, as they are merged
 */
export function conflictsBetween(
  setting: string,
  offers: readonly Offered[],
  groups: readonly CompiledGroup[],
  depth: number,
): SettingConflict[] {
  const conflicts: SettingConflict[] = [];
  const look = (here: readonly Offered[], path: readonly string[]): void => {
    const [first, ...others] = here;
    if (first === undefined || others.length === 0 || conflicts.length >= MOST) return;
    const isMerged = path.length < depth && isTree(first.value);
    const rival = others.find(
      (other) =>
        !(isMerged && isTree(other.value)) &&
        areRivals(groups, first.place, other.place) &&
        !isDeepStrictEqual(first.value, other.value),
    );
    if (rival !== undefined) conflicts.push({ setting, path, groups: [nameOf(groups, first), nameOf(groups, rival)] });
    if (isMerged) for (const [key, inside] of byKey(here)) look(inside, [...path, key]);
  };
  look(offers, []);
  return conflicts;
}

function byKey(offers: readonly Offered[]): Map<string, Offered[]> {
  const found = new Map<string, Offered[]>();
  for (const { place, value } of offers) {
    if (!isTree(value)) continue;
    for (const [key, inside] of Object.entries(value)) {
      const known = found.get(key);
      if (known === undefined) found.set(key, [{ place, value: inside }]);
      else known.push({ place, value: inside });
    }
  }
  return found;
}

function areRivals(groups: readonly CompiledGroup[], a: number, b: number): boolean {
  return (
    a !== -1 &&
    b !== -1 &&
    groups[a]?.priority === groups[b]?.priority &&
    !isAbove(groups, a, b) &&
    !isAbove(groups, b, a)
  );
}

function isAbove(groups: readonly CompiledGroup[], upper: number, lower: number): boolean {
  for (let place = groups[lower]?.parent ?? -1; place !== -1; place = groups[place]?.parent ?? -1)
    if (place === upper) return true;
  return false;
}

const nameOf = (groups: readonly CompiledGroup[], { place }: Offered) => groups[place]?.group.name ?? "";
