import type { InventoryRules } from "@gatehouse/core/inventory";
import { seal } from "./canonical/seal.js";
import { changesBetween } from "./changes.js";
import { isOther } from "./evidence.js";
import { searchable } from "./searchable.js";

/** Sections that agents send in every partial message, with what they have at hand (wire/glpi.md section 3). */
const ADDED_TO: ReadonlySet<string> = new Set(["bios", "hardware"]);

/** What the store asks of those who know inventories. */
export const inventoryRules: InventoryRules = {
  seal,
  addsTo: (section) => ADDED_TO.has(section),
  changes: changesBetween,
  searchable,
  isOther,
};
