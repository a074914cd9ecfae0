export * from "./check.js";
export type * from "./jobs.js";
export { JOB_RESULT, JOBS_PROTOCOL, jobReport } from "./report.js";
export { jobSpecSchemas } from "./schema.js";
export * from "./types.js";
export { type Waiting, whyWaiting } from "./waiting.js";
export type * from "./work.js";
