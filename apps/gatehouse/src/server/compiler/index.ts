export { createGatewayCompiler, type GatewayCompiler } from "./compiler.js";
export { compilerMetrics } from "./metrics.js";
export { warmedEnvironments } from "./warmed.js";
