export * from "./exchange.js";
export type * from "./kept.js";
export * from "./recording.js";
