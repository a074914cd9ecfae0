export { fusionInventoryAdapter } from "./adapter.js";
export type { FusionInventoryConfig } from "./config.js";
export type { FusionInventoryDeps } from "./deps.js";
export { createFusionInventoryDialect } from "./dialect.js";
