import { DSC_CONFIGURATIONS } from "@gatehouse/core/assignment";
import { checkRegistrationKey } from "./auth.js";
import { type DscConfig, dscConfigSchema } from "./config.js";
import { configurationKind } from "./publishing/configuration-kind.js";
import { moduleKind } from "./publishing/module-kind.js";

/** What the gateway needs to know of this adapter. */
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
  },
  artifactKinds: [configurationKind, moduleKind],
  /** Where agents are pointed: the first prefix. */
  mounts: (config: DscConfig) => config.prefixes,
} as const;

export type { DscConfig } from "./config.js";
export type { DscDeps } from "./deps.js";
export { createDscRouter, dscTable } from "./router.js";
