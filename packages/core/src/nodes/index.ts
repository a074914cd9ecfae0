export * from "./agent-proof.js";
export * from "./identity/index.js";
export type {
  AgentDecision,
  IdentityChange,
  IdentityChangePage,
  IdentityConflict,
  IdentityConflictPage,
  NodeEvidence,
  NodeIdentity,
} from "./node-identity.js";
export type { Enrolment, EnrolmentResult, NodeLifeCycle, NodeRegistry } from "./registry.js";
export * from "./types.js";
