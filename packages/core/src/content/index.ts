export { type ContentStore, CURRENT, SMALL_CONTENT } from "./content-store.js";
export * from "./types.js";
