export { errorMessage, syntaxExpected, xmlError } from "./answer.js";
export { FailedProofs, networkOf } from "./failed-proofs.js";
export { createProofOf, type ProofDeps, strongest } from "./proof.js";
export { type AgentMessagesDeps, agentMessagesTable, createAgentMessagesRouter } from "./table.js";
export { createTokenEndpoint, type TokenEndpoint } from "./token-endpoint.js";
export type { AgentAnswer, AgentDialect, AgentMessage, OpenEnvelope, OpenedEnvelope, ProofOf } from "./types.js";
