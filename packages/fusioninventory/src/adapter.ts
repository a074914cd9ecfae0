import { fusionInventorySettings } from "./settings.js";

/** What the gateway needs to know of this adapter. Agents enrol with their first inventory. */
export const fusionInventoryAdapter = {
  id: "fusioninventory",
  label: "FusionInventory (REST) and agents that speak XML",
  settings: fusionInventorySettings,
  nodeSettings: Object.fromEntries(fusionInventorySettings.map(({ name, schema }) => [name, schema])),
  artifactKinds: [],
} as const;
