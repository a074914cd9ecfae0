// What the configuration is made of, and no more: a start reads it before the rest is loaded.
export { type UnprovenPolicy, unprovenPolicies } from "./access.js";
