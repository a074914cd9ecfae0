import type { Expectation } from "./expectation.js";

/** What became of an expectation. */
export interface Result {
  readonly expectation: Expectation;
  readonly met: boolean;
  /** Whether it is not met for want of the gateway alone. */
  readonly isUnreached: boolean;
  /** From the start until it was settled. */
  readonly seconds: number;
  /** How many fitted, as far as they were counted. */
  readonly count: number;
  /** Why it is not met, in one sentence; empty for one that is. */
  readonly why: string;
  /** What there was in place of what was expected, or what came that must not. */
  readonly seen: readonly string[];
}

export interface Results {
  readonly startedAt: string;
  readonly seconds: number;
  /** In the order of the files. */
  readonly results: readonly Result[];
}
