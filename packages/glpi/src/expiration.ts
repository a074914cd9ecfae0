import type { GlpiDeps } from "./deps.js";
import { EXPIRATION } from "./settings.js";
import type { Said } from "./wire/read.js";

/** When the agent should come again: its groups' word, else the configuration's. */
export function expirationOf(settings: Said, { config }: Pick<GlpiDeps, "config">): string {
  const own = settings[EXPIRATION];
  return typeof own === "string" ? own : config.expiration;
}
