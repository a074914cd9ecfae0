import type { Spread } from "./stats.js";

/** What was asked for, and what came out. */
export interface Goal {
  readonly id: string;
  readonly what: string;
  /** What is compared, in words. */
  readonly judgedBy: string;
  readonly unit: "" | "s" | "MB";
  readonly atLeast?: number;
  readonly atMost?: number;
  /** Better than the goal, and hoped for. */
  readonly aim?: number;
  /** Null where this machine cannot tell. */
  readonly measured: Spread | null;
  /** The same seen otherwise, not judged. */
  readonly beside?: Readonly<Record<string, Spread | null>>;
}

export type Verdict = "met" | "met, short of the aim" | "MISSED" | "not measured";

/** The median decides. */
export function verdictOf({ measured, atLeast, atMost, aim }: Goal): Verdict {
  if (measured === null) return "not measured";
  const { median } = measured;
  if (median < (atLeast ?? Number.NEGATIVE_INFINITY) || median > (atMost ?? Number.POSITIVE_INFINITY)) return "MISSED";
  return aim !== undefined && median < aim ? "met, short of the aim" : "met";
}

/** The goal as text, such as `at least 0.6 (aim 0.8)`. */
export function wanted({ atLeast, atMost, aim, unit }: Goal): string {
  const limit = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
  return `${limit}${unit === "" ? "" : ` ${unit}`}${aim === undefined ? "" : ` (aim ${aim})`}`;
}
