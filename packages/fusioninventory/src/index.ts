export type { FusionInventoryDeps } from "./deps.js";
export { createFusionInventoryDialect } from "./dialect.js";
