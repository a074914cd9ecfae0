export { apiDocument } from "../operations.js";
export { answerChecker, type Operated, operationsOf } from "./answer-checker.js";
export { documented } from "./documented.js";
