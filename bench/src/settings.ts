/** How long and how often is measured. */
export interface Settings {
  readonly quick: boolean;
  readonly connections: number;
  /** Rounds of each server that are thrown away. */
  readonly warmUps: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly settleSeconds: number;
  /** Agents of the speed cases. */
  readonly agents: number;
  /** Nodes of the small and of the large fleet. */
  readonly fewNodes: number;
  readonly manyNodes: number;
  /** Starts of each kind. */
  readonly starts: number;
  readonly idleSeconds: number;
}

const FULL: Settings = {
  quick: false,
  connections: 32,
  warmUps: 2,
  rounds: 7,
  seconds: 3,
  settleSeconds: 0.5,
  agents: 1_000,
  fewNodes: 100,
  manyNodes: 100_000,
  starts: 5,
  idleSeconds: 10,
};

/** Runs through everything in half a minute; its numbers mean nothing. */
const QUICK: Settings = {
  ...FULL,
  quick: true,
  warmUps: 1,
  rounds: 2,
  seconds: 0.4,
  settleSeconds: 0.1,
  manyNodes: 5_000,
  starts: 1,
  idleSeconds: 1,
};

export const settingsFor = (quick: boolean): Settings => (quick ? QUICK : FULL);
