export { type ContentStore, CURRENT } from "./content-store.js";
export * from "./types.js";
