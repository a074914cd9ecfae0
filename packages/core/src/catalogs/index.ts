export * from "./archive.js";
export { conflictFailure, refuseConflicts } from "./conflicts.js";
export * from "./diff.js";
export type * from "./preview.js";
export { holdsSensitive, REDACTED, redactedCatalog } from "./redact.js";
export * from "./types.js";
