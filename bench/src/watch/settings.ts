import { FULL_ROUNDS, QUICK_ROUNDS, type Settings } from "../settings.js";

export interface WatchSettings extends Settings {
  /** Agents that check in. */
  readonly agents: number;
  /** Agents that send inventories. */
  readonly inventories: number;
  /** Who follows the stream. */
  readonly listeners: number;
}

const FULL: WatchSettings = { ...FULL_ROUNDS, connections: 32, agents: 10_000, inventories: 100, listeners: 1_000 };

/** Runs through everything in a short time; its numbers mean nothing. */
const QUICK: WatchSettings = { ...FULL, ...QUICK_ROUNDS, agents: 500, inventories: 20, listeners: 50 };

export const watchSettings = (quick: boolean): WatchSettings => (quick ? QUICK : FULL);
