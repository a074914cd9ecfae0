export { errorMessage, syntaxExpected, xmlError } from "./answer.js";
export { createProofOf } from "./proof.js";
export { type AgentMessagesDeps, agentMessagesTable, createAgentMessagesRouter } from "./table.js";
export type { AgentAnswer, AgentDialect, AgentMessage, OpenEnvelope, OpenedEnvelope, ProofOf } from "./types.js";
