export {
  ACCESS,
  type AccessBase,
  accessSetting,
  policyWith,
  type Sender,
  type UnprovenPolicy,
  unprovenPolicies,
} from "./access.js";
export { admit, admitNew, held, judged, riseOf } from "./admission.js";
export {
  type AgentSaid,
  agentIdAlias,
  deviceIdAlias,
  enrolmentOf,
  hostOf,
  type Program,
  parseAgentId,
  parseDeviceId,
  programOf,
  shownProof,
  truncatedAgentId,
} from "./agents.js";
export { evidenceOf } from "./evidence.js";
export { type InventoryMessage, inventoryFactOf } from "./fact.js";
export { auditHandedOut } from "./handed-out.js";
export { isProven, type Shown } from "./proven.js";
export { type DateOrder, dateOf, datetimeOf } from "./repair/dates.js";
export { booleanOf, integerOf, megabytesOf, milliOf } from "./repair/scalars.js";
export { inventoryRules } from "./rules.js";
export { compileChecks } from "./schema/check.js";
export { contentSchema } from "./schema/json-schema.js";
export { searchableFields } from "./searchable.js";
