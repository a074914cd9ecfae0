export * from "./merge.js";
export * from "./reports.js";
export * from "./types.js";
