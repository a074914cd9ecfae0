export * from "./environments.js";
export * from "./types.js";
