import { glpiSettings, taskSwitchedOff } from "./settings.js";

/** What the gateway needs to know of this adapter. Agents enrol with their first message, or by REGISTER. */
export const glpiAdapter = {
  id: "glpi",
  label: "GLPI agents (JSON protocol 1.0)",
  settings: glpiSettings,
  nodeSettings: Object.fromEntries(glpiSettings.map(({ name, schema }) => [name, schema])),
  artifactKinds: [],
  taskSwitchedOff,
} as const;

export type { GlpiConfig } from "./config.js";
export type { GlpiDeps } from "./deps.js";
export { createGlpiDialect } from "./dialect.js";
export { createOpenEnvelope } from "./register/envelope.js";
