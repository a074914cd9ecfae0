export { decide, isAlive, type Spread, spreadKey, usable } from "./decide.js";
export { hostOf, normalise } from "./normalise.js";
export { identityRules } from "./rules.js";
export * from "./types.js";
