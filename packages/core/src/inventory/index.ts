export * from "./inventories.js";
export * from "./types.js";
