export * from "./authority.js";
export * from "./store.js";
export * from "./types.js";
