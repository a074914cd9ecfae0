export * from "./changes.js";
export * from "./facts.js";
export * from "./volatile.js";
