import { DSC_CONFIGURATIONS } from "@gatehouse/core/assignment";
import type { AgentFamily, KnownAgent } from "@gatehouse/core/nodes";
import { checkRegistrationKey } from "./auth.js";
import { type DscConfig, dscConfigSchema } from "./config.js";
import { configurationsOf, explainConfigurations } from "./explain.js";
import { DSC_TRUSTED_THUMBPRINT } from "./pinning.js";
import { configurationKind } from "./publishing/configuration-kind.js";
import { moduleKind } from "./publishing/module-kind.js";

/** What the gateway needs to know of this adapter; its processors are loaded by their own path, in threads too. */
export const dscAdapter = {
  id: "dsc",
  label: "Microsoft DSC (pull server v2)",
  configSchema: dscConfigSchema,
  checkEnrolmentKey: checkRegistrationKey,
  nodeSettings: {
    [DSC_CONFIGURATIONS]: {
      type: "array",
      description: "Configurations that the node gets whatever it registered.",
      items: { type: "string", pattern: "^[A-Za-z0-9._-]{1,255}$" },
      minItems: 1,
      maxItems: 100,
      uniqueItems: true,
    },
    [DSC_TRUSTED_THUMBPRINT]: {
      type: "string",
      description: "SHA-1 of a client certificate that proves the node's LCM beside the one that it registered.",
      pattern: "^[0-9A-Fa-f]{40}$",
    },
  },
  /** Which configurations an agent's node gets, and why; none for agents of other families. */
  explain: ({ family = "dsc", ...agent }: Pick<KnownAgent, "attributes" | "settings"> & { family?: AgentFamily }) =>
    family === "dsc"
      ? explainConfigurations(configurationsOf(agent)).map((explained) => ({
          kind: configurationKind.id,
          ...explained,
        }))
      : [],
  artifactKinds: [configurationKind, moduleKind],
  /** Where agents are pointed: the first prefix. */
  mounts: (config: DscConfig) => config.prefixes,
} as const;

export type { DscConfig } from "./config.js";
export type { DscDeps } from "./deps.js";
export type { Explained } from "./explain.js";
export { createDscRouter, dscTable } from "./router.js";
