export { type ErrorCode, type ErrorCodeName, type ErrorLevel, errorCodes } from "./codes.js";
export { asGatehouseError, type ErrorOptions, GatehouseError } from "./gatehouse-error.js";
