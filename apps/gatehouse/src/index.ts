export { loadConfig } from "./config/load.js";
export { configSchema } from "./config/schema.js";
export type { Config } from "./config/types.js";
export { compose } from "./server/compose.js";
export { type RunningGateway, type ServeOptions, startGateway } from "./server/serve.js";
