import { type DscConfig, dscConfigSchema } from "./config.js";
import { configurationKind } from "./publishing/configuration-kind.js";
import { moduleKind } from "./publishing/module-kind.js";

/** What the gateway needs to know of this adapter. */
export const dscAdapter = {
  id: "dsc",
  label: "Microsoft DSC (pull server v2)",
  configSchema: dscConfigSchema,
  artifactKinds: [configurationKind, moduleKind],
  /** Where agents are pointed: the first prefix. */
  mounts: (config: DscConfig) => config.prefixes,
} as const;

export type { DscConfig } from "./config.js";
export type { DscDeps } from "./deps.js";
export { createDscRouter, dscTable } from "./router.js";
