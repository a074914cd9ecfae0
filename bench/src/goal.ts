import type { Spread } from "./stats.js";

/** What was asked for, and what came out. */
export interface Goal {
  readonly id: string;
  readonly what: string;
  /** What is compared, in words. */
  readonly judgedBy: string;
  readonly unit: "" | "s" | "ms" | "µs" | "MB" | "/s";
  readonly atLeast?: number;
  readonly atMost?: number;
  /** Better than the goal, and hoped for. */
  readonly aim?: number;
  /** Null where this machine cannot tell. */
  readonly measured: Spread | null;
  /** The same seen otherwise, in the same unit; not judged. */
  readonly beside?: Readonly<Record<string, Spread | null>>;
}

/** Digits behind the point that a unit is shown with. */
export const DIGITS: Readonly<Record<Goal["unit"], number>> = { "": 2, s: 2, ms: 1, µs: 0, MB: 0, "/s": 0 };

export type Verdict = "met" | "met, short of the aim" | "MISSED" | "not measured";

/** The median decides. */
export function verdictOf({ measured, atLeast, atMost, aim }: Goal): Verdict {
  if (measured === null) return "not measured";
  const { median } = measured;
  if (median < (atLeast ?? Number.NEGATIVE_INFINITY) || median > (atMost ?? Number.POSITIVE_INFINITY)) return "MISSED";
  return aim !== undefined && median < aim ? "met, short of the aim" : "met";
}

/** A number with its unit, such as `94 MB` and `2000/s`. */
export const withUnit = (number: string, unit: Goal["unit"]): string =>
  `${number}${unit === "" || unit === "/s" ? unit : ` ${unit}`}`;

/** The goal as text, such as `at least 0.6 (aim 0.8)`. */
export function wanted({ atLeast, atMost, aim, unit }: Goal): string {
  const limit = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
  return `${withUnit(limit, unit)}${aim === undefined ? "" : ` (aim ${aim})`}`;
}
