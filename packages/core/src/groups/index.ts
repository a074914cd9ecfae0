export {
  checkGroup,
  checkGroups,
  checkTree,
  type GroupChecks,
  type GroupProblem,
  groupKey,
  groupLimits,
} from "./check.js";
export { type CompiledGroup, chainOf, compileGroups, matchGroups, membershipRule, ownRule } from "./compile.js";
export type { Groups } from "./groups.js";
export type { NodeQuery, NodeSearch } from "./node-search.js";
export { groupSchemaAt } from "./schema.js";
export * from "./types.js";
