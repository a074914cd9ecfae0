export type { ApiDeps, ProtocolForOperators } from "./deps.js";
export { apiTable, createApiRouter } from "./router.js";
export { newToken } from "./routes/tokens.js";
