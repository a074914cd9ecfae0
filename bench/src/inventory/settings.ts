import { FULL_ROUNDS, QUICK_ROUNDS, type Settings } from "../settings.js";

export interface InventorySettings extends Settings {
  /** Agents whose inventories are sent again and again, unchanged and changed. */
  readonly agents: number;
  /** Nodes with an inventory that there are besides, for the second half. */
  readonly known: number;
  /** Packages that have another version in each changed inventory. */
  readonly changedPackages: number;
  /** Inventories that come at the same moment. */
  readonly atOnce: number;
}

const FULL: InventorySettings = {
  ...FULL_ROUNDS,
  connections: 50,
  agents: 100,
  known: 10_000,
  changedPackages: 20,
  atOnce: 50,
};

/** Runs through everything in a minute; its numbers mean nothing. */
const QUICK: InventorySettings = { ...FULL, ...QUICK_ROUNDS, agents: 20, known: 200 };

export const inventorySettings = (quick: boolean): InventorySettings => (quick ? QUICK : FULL);
