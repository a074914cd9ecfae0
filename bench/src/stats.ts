/** Median, smallest and largest of several measurements. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @throws when there is nothing to sum up */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) throw new Error("no measurements");
  return { median: quantile(sorted, 0.5), min, max };
}

/** The largest alone, for what may never be exceeded: a median would hide it. @throws when there is nothing */
export function worst(values: readonly number[]): Spread {
  const { max } = spread(values);
  return { median: max, min: max, max };
}

/** @param sorted ascending, not empty */
export function quantile(sorted: ArrayLike<number>, part: number): number {
  const place = (sorted.length - 1) * part;
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  return low + (high - low) * (place - Math.floor(place));
}

/** The spread of `a[i] / b[i]`: measurements of one round belong together, so each round gives one ratio. */
export function pairedRatio(a: readonly number[], b: readonly number[]): Spread {
  return spread(a.map((value, i) => value / (b[i] ?? Number.NaN)));
}
