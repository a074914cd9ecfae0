import { FULL_ROUNDS, QUICK_ROUNDS, type Settings } from "../settings.js";

export interface JobsSettings extends Settings {
  /** Agents that ask for their configuration. */
  readonly agents: number;
  /** Connections that parts are fetched over. */
  readonly partConnections: number;
  /** Nodes that an order makes jobs for, and orders that are made one after the other. */
  readonly nodes: number;
  readonly orders: number;
}

const FULL: JobsSettings = {
  ...FULL_ROUNDS,
  connections: 32,
  agents: 1_000,
  partConnections: 8,
  nodes: 50_000,
  orders: 5,
};

/** Runs through everything in a short time; its numbers mean nothing. */
const QUICK: JobsSettings = { ...FULL, ...QUICK_ROUNDS, agents: 100, nodes: 2_000, orders: 2 };

export const jobsSettings = (quick: boolean): JobsSettings => (quick ? QUICK : FULL);
