import { DSC_CONFIGURATIONS, type SettingExplanation } from "@gatehouse/core/assignment";
import type { SettingDefinition } from "@gatehouse/core/groups";
import type { AgentFamily, KnownAgent } from "@gatehouse/core/nodes";
import { checkRegistrationKey } from "./auth.js";
import type { DscConfig } from "./config.js";
import { explainConfigurations } from "./explain.js";
import { DSC_TRUSTED_THUMBPRINT } from "./pinning.js";
import { configurationKind } from "./publishing/configuration-kind.js";
import { moduleKind } from "./publishing/module-kind.js";

const configurations: SettingDefinition = {
  name: DSC_CONFIGURATIONS,
  protocol: "dsc",
  description: "Configurations that the node gets whatever it registered.",
  schema: {
    type: "array",
    description: "Configurations that the node gets whatever it registered.",
    items: { type: "string", pattern: "^[A-Za-z0-9._-]{1,255}$" },
    minItems: 1,
    maxItems: 100,
    uniqueItems: true,
  },
  merge: "replace",
};

/** What the gateway needs to know of this adapter; its processors are loaded by their own path, in threads too. */
export const dscAdapter = {
  id: "dsc",
  label: "Microsoft DSC (pull server v2)",
  checkEnrolmentKey: checkRegistrationKey,
  /** What groups carry. */
  settings: [configurations],
  /** What a node is given by hand. */
  nodeSettings: {
    [DSC_CONFIGURATIONS]: configurations.schema,
    [DSC_TRUSTED_THUMBPRINT]: {
      type: "string",
      description: "SHA-1 of a client certificate that proves the node's LCM beside the one that it registered.",
      pattern: "^[0-9A-Fa-f]{40}$",
    },
  },
  /** Which configurations an agent's node gets, and why; none for agents of other families. */
  explain: (
    agent: Pick<KnownAgent, "attributes"> & { family: AgentFamily },
    settings: readonly SettingExplanation[],
  ) =>
    agent.family === "dsc"
      ? explainConfigurations(agent, settings).map((explained) => ({ kind: configurationKind.id, ...explained }))
      : [],
  artifactKinds: [configurationKind, moduleKind],
  /** Where agents are pointed: the first prefix. */
  mounts: (config: DscConfig) => config.prefixes,
} as const;

export type { DscConfig } from "./config.js";
export type { DscDeps } from "./deps.js";
export type { Explained } from "./explain.js";
export { createDscRouter, dscTable } from "./router.js";
