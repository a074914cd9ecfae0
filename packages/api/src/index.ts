export { bearerAuthentication } from "./auth.js";
export type { ApiDeps, ExplainedAgent, ProtocolForOperators } from "./deps.js";
export { apiTable, createApiRouter } from "./router.js";
export { newToken } from "./routes/tokens.js";
