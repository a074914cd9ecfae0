/** Modules with the highest version first, compared group by group as numbers; a missing group counts as 0. */
export function newestFirst<T extends { readonly channel: string }>(modules: readonly T[]): T[] {
  return [...modules].sort((a, b) => compareVersions(b.channel, a.channel));
}

/** @returns below 0 when `a` is the older version */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split(".").map(Number), b.split(".").map(Number)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
