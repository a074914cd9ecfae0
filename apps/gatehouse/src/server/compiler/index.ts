export { createGatewayCompiler, type GatewayCompiler } from "./compiler.js";
export { compilerMetrics } from "./metrics.js";
export { compilerNeeds } from "./needs.js";
export { warmedEnvironments } from "./warmed.js";
