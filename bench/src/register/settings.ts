import { FULL_ROUNDS, QUICK_ROUNDS, type Settings } from "../settings.js";

export interface RegisterSettings extends Settings {
  /** Agents that register again and again. */
  readonly agents: number;
  /** Agents that send inventories. */
  readonly inventories: number;
  /** Live keys of other agents, where there are many. */
  readonly liveKeys: number;
}

const FULL: RegisterSettings = {
  ...FULL_ROUNDS,
  connections: 32,
  agents: 1000,
  inventories: 100,
  liveKeys: 100_000,
};

/** Runs through everything in a short time; its numbers mean nothing. */
const QUICK: RegisterSettings = { ...FULL, ...QUICK_ROUNDS, agents: 100, inventories: 20, liveKeys: 2_000 };

export const registerSettings = (quick: boolean): RegisterSettings => (quick ? QUICK : FULL);
