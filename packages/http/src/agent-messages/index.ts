export { errorMessage, syntaxExpected, xmlError } from "./answer.js";
export { type AgentMessagesDeps, agentMessagesTable, createAgentMessagesRouter } from "./table.js";
export type { AgentAnswer, AgentDialect, AgentMessage } from "./types.js";
