export type { Enrolment, EnrolmentResult, NodeLifeCycle, NodeRegistry } from "./registry.js";
export * from "./types.js";
