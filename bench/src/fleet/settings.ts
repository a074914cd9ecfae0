import { FULL_ROUNDS, QUICK_ROUNDS, type Settings } from "../settings.js";

export interface FleetSettings extends Settings {
  readonly groups: number;
  /** Nodes whose settings are resolved in each round. */
  readonly resolved: number;
  /** Nodes that check in. */
  readonly agents: number;
  readonly documents: number;
  /** Times that the documents are applied to an empty gateway. */
  readonly applies: number;
  /** Nodes that are listed. */
  readonly nodes: number;
  /** Lists of each kind in each round. */
  readonly lists: number;
}

const FULL: FleetSettings = {
  ...FULL_ROUNDS,
  connections: 32,
  groups: 500,
  resolved: 2_000,
  agents: 1_000,
  documents: 1_000,
  applies: 3,
  nodes: 100_000,
  lists: 60,
};

/** Runs through everything in half a minute; its numbers mean nothing. */
const QUICK: FleetSettings = {
  ...FULL,
  ...QUICK_ROUNDS,
  resolved: 200,
  agents: 200,
  documents: 100,
  applies: 1,
  nodes: 3_000,
  lists: 10,
};

export const fleetSettings = (quick: boolean): FleetSettings => (quick ? QUICK : FULL);
