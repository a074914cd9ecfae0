export * from "./authority.js";
export * from "./autosign.js";
export * from "./store.js";
export * from "./types.js";
