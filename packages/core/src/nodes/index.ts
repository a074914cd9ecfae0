export type { Enrolment, EnrolmentResult, NodeRegistry } from "./registry.js";
export * from "./types.js";
