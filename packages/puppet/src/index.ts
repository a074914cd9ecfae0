import { ruleSpecSchema } from "./authorization/schema.js";
import { checkAuthorizationRule } from "./authorization/stored-rules.js";
import { MOUNTS } from "./canonical-path.js";
import type { PuppetConfig } from "./config.js";

/**
 * What the gateway needs to know of this adapter. Agents enrol with a request for a certificate, and the policy for
 * those decides: there are no enrolment keys.
 */
export const puppetAdapter = {
  id: "puppet",
  label: "Puppet and OpenVox (CA API v1)",
  settings: [],
  nodeSettings: {},
  artifactKinds: [],
  authorizationRules: { schema: ruleSpecSchema, check: checkAuthorizationRule },
  /** Where agents call: the paths are in their code. */
  mounts: (_config: PuppetConfig) => MOUNTS.map((mount) => `/${mount}`),
} as const;

export {
  type Authorization,
  type Call,
  createAuthorization,
  type Decision,
  type RuleSummary,
} from "./authorization/authorization.js";
export { defaultRules } from "./authorization/default-rules.js";
export type { Rule, RuleEntry, RuleMethod } from "./authorization/rule.js";
export { canonicalPath } from "./canonical-path.js";
export { createCatalogPreview } from "./catalogs/preview.js";
export type { PuppetConfig } from "./config.js";
export type { PuppetAuthority, PuppetDeps, PuppetV3Deps } from "./deps.js";
export { hasCode } from "./environment/has-code.js";
export { ENVIRONMENTS } from "./environment/metadata.js";
export { createPuppetRouters, puppetTables } from "./router.js";
