export { asRule, checkRule, ruleLimits, sayProblems } from "./check.js";
export { type Operator, operatorNames, operatorOf } from "./comparison.js";
export { type CompiledRule, compileRule, fieldOf } from "./compile.js";
export { explainRule } from "./explain.js";
export { type Field, fieldForms, foldsCase, isReference } from "./fields.js";
export { ruleSchema, ruleSchemaAt } from "./schema.js";
export { foldText } from "./text.js";
export * from "./types.js";
export { versionKey } from "./version.js";
