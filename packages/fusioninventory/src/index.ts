export { fusionInventoryAdapter } from "./adapter.js";
export type { FusionInventoryConfig } from "./config.js";
export type { FusionInventoryDeps } from "./deps.js";
export { createFusionInventoryDialect } from "./dialect.js";
export { Waits, type WakeOutcome, Waker, type WakerDeps, wakeByPort } from "./wait/index.js";
