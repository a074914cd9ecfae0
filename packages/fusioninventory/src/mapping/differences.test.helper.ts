/** A leaf, or a part, that stands in one of two documents only, or differs. */
export interface Difference {
  /** Such as `content.cpus[].core`. */
  readonly path: string;
  readonly ours: unknown;
  readonly theirs: unknown;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * What differs between two documents. The order of keys and of entries says nothing: entries of two lists that are alike
 * are compared with each other.
 */
export function differences(ours: unknown, theirs: unknown, path = ""): Difference[] {
  if (Array.isArray(ours) && Array.isArray(theirs)) return inLists(ours, theirs, `${path}[]`);
  if (isObject(ours) && isObject(theirs))
    return [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].flatMap((key) =>
      differences(ours[key], theirs[key], path === "" ? key : `${path}.${key}`),
    );
  return canonical(ours) === canonical(theirs) ? [] : [{ path, ours, theirs }];
}

function inLists(ours: readonly unknown[], theirs: readonly unknown[], path: string): Difference[] {
  const counts = new Map<string, unknown[]>();
  for (const item of theirs) counts.set(canonical(item), [...(counts.get(canonical(item)) ?? []), item]);
  const left = ours.filter((item) => counts.get(canonical(item))?.pop() === undefined);
  const others = [...counts.values()].flat();
  const found: Difference[] = [];
  for (const item of left) {
    const alike = others.map((other) => [likeness(item, other), other] as const).sort(([a], [b]) => b - a)[0];
    if (alike !== undefined) others.splice(others.indexOf(alike[1]), 1);
    found.push(...differences(item, alike?.[1], path));
  }
  return [...found, ...others.flatMap((other) => differences(undefined, other, path))];
}

/** How many keys have the same value. */
function likeness(a: unknown, b: unknown): number {
  if (!isObject(a) || !isObject(b)) return 0;
  return Object.keys(a).filter((key) => canonical(a[key]) === canonical(b[key])).length;
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, part: unknown) =>
      isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
    ) ?? ""
  );
}
