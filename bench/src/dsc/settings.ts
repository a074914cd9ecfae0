import { FULL_ROUNDS, QUICK_ROUNDS, type Settings } from "../settings.js";

export interface DscSettings extends Settings {
  /** Agents of the speed cases. */
  readonly agents: number;
  /** Nodes of the small and of the large fleet. */
  readonly fewNodes: number;
  readonly manyNodes: number;
  /** Starts of each kind. */
  readonly starts: number;
  readonly idleSeconds: number;
}

const FULL: DscSettings = {
  ...FULL_ROUNDS,
  connections: 32,
  agents: 1_000,
  fewNodes: 100,
  manyNodes: 100_000,
  starts: 5,
  idleSeconds: 10,
};

/** Runs through everything in half a minute; its numbers mean nothing. */
const QUICK: DscSettings = { ...FULL, ...QUICK_ROUNDS, manyNodes: 5_000, starts: 1, idleSeconds: 1 };

export const dscSettings = (quick: boolean): DscSettings => (quick ? QUICK : FULL);
