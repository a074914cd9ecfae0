export * from "./archive.js";
export { refuseConflicts } from "./conflicts.js";
export * from "./types.js";
