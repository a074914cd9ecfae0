import { secondsOf } from "./delay.js";
import type { GlpiDeps } from "./deps.js";
import { EXPIRATION } from "./settings.js";
import type { Said } from "./wire/read.js";

/** When the agent should come again: its groups' word, else the configuration's. */
export function expirationOf(settings: Said, { config }: Pick<GlpiDeps, "config">): string {
  const own = settings[EXPIRATION];
  return typeof own === "string" ? own : config.expiration;
}

/** Seconds: who is to come sooner is not told to come in less. */
const LEAST_SECONDS = 60;

/**
 * The same where work waits: sooner, if a job is due before.
 * @param nextAt when the agent's next job is due; null where there is none
 */
export function sooner(expiration: string, nextAt: Date | null, now: Date): string {
  if (nextAt === null) return expiration;
  const seconds = Math.max(LEAST_SECONDS, Math.ceil((nextAt.getTime() - now.getTime()) / 1000));
  if (seconds >= secondsOf(expiration)) return expiration;
  // Agents read six digits at the most.
  return seconds < 1_000_000 ? `${seconds}s` : `${Math.ceil(seconds / 3600)}h`;
}
