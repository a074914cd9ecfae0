export * from "./changes.js";
export * from "./facts.js";
export * from "./limits.js";
export * from "./volatile.js";
