export * from "./environments.js";
export * from "./proposed.js";
export * from "./steps.js";
export * from "./tree.js";
export * from "./types.js";
