export { errorMessage, syntaxExpected, xmlError } from "./answer.js";
export { FailedProofs, networkOf } from "./failed-proofs.js";
export { calledBelow, isPartPath } from "./paths.js";
export { createProofOf, strongest } from "./proof.js";
export { type AgentMessagesDeps, agentMessagesTable, createAgentMessagesRouter, isYaml } from "./table.js";
export { createTokenEndpoint } from "./token-endpoint.js";
export type { AgentAnswer, AgentDialect, AgentMessage, OpenEnvelope, OpenedEnvelope, ReadyAnswer } from "./types.js";
