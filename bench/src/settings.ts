/** How long and how often every benchmark measures. */
export interface Settings {
  readonly quick: boolean;
  readonly connections: number;
  /** Rounds of each server that are thrown away. */
  readonly warmUps: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly settleSeconds: number;
}

/** Rounds whose numbers count. */
export const FULL_ROUNDS = { quick: false, warmUps: 2, rounds: 7, seconds: 3, settleSeconds: 0.5 } as const;

/** Rounds that only show that the benchmark itself works. */
export const QUICK_ROUNDS = { quick: true, warmUps: 1, rounds: 2, seconds: 0.4, settleSeconds: 0.1 } as const;
