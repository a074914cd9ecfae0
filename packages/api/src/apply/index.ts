export { MOST_DEPTH, MOST_DOCUMENTS } from "./bounds.js";
export { type Checked, documentCheck } from "./check.js";
export { type Apply, type ApplyRequest, createApply, type EngineDeps } from "./engine.js";
export { examine } from "./examine.js";
export {
  type ApplyPorts,
  type Document,
  type DocumentKind,
  type Fault,
  type FieldChange,
  type Given,
  type SecretSource,
  secretId,
} from "./kind.js";
export { treeText } from "./kinds/environment.js";
export { type PackageContent, packageFileKind, packageText } from "./kinds/package.js";
export { documentKinds, type KindDeps } from "./kinds.js";
export type { AppliedChange, ApplyResult } from "./result.js";
export { documentsSchema } from "./schema.js";
export type { Atomically } from "./turn.js";
