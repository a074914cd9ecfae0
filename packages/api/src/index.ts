export * from "./apply/index.js";
export { bearerAuthentication, operatorAuthentication } from "./auth.js";
export type { AuthorizationForOperators, AuthorizationRuleView } from "./authorization.js";
export type { ApiDeps, AuthorityFacts, AutosignForOperators, ProtocolForOperators } from "./deps.js";
export { groupChecks } from "./groups.js";
export { apiTable, createApiRouter } from "./router.js";
export { newToken } from "./routes/tokens.js";
