// What the configuration is made of, and no more: a start reads it before the rest is loaded.
export { INDEXED_FACT } from "./facts/indexed.js";
