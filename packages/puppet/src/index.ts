import { GatehouseError } from "@gatehouse/core/errors";
import { MOUNTS } from "./canonical-path.js";
import { type PuppetConfig, puppetConfigSchema } from "./config.js";

/** What the gateway needs to know of this adapter. */
export const puppetAdapter = {
  id: "puppet",
  label: "Puppet and OpenVox (CA API v1)",
  configSchema: puppetConfigSchema,
  /** An agent enrols with a request for a certificate, and the policy for those decides: there are no keys. */
  checkEnrolmentKey: (_secret: string): string[] => {
    throw new GatehouseError("not-found", "There is no protocol puppet with enrolment keys.");
  },
  nodeSettings: {},
  artifactKinds: [],
  /** Where agents call: the paths are in their code. */
  mounts: (_config: PuppetConfig) => MOUNTS.map((mount) => `/${mount}`),
} as const;

export { type Authorization, type Call, createAuthorization, type Decision } from "./authorization/authorization.js";
export { defaultRules } from "./authorization/default-rules.js";
export type { Rule, RuleEntry, RuleMethod } from "./authorization/rule.js";
export { canonicalPath } from "./canonical-path.js";
export { type PuppetConfig, puppetConfigSchema } from "./config.js";
export type { PuppetAuthority, PuppetDeps } from "./deps.js";
export { createPuppetRouter, puppetTable } from "./router.js";
