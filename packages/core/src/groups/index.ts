export type { Groups } from "./groups.js";
export type { NodeQuery, NodeSearch } from "./node-search.js";
export * from "./types.js";
