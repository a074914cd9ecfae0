import { findRuby, type NoRuby, type StartedRuby, serverFacts, startRuby } from "@gatehouse/catalogs";
import type { Log } from "@gatehouse/http";
import type { CompilerConfig } from "../../config/compiler.js";

/**
 * Looks for Ruby, and starts it: nothing of the gateway's own is needed for it.
 * @returns the reason where there is none @throws config-invalid
 */
export async function startCompilerRuby(
  { enabled, ruby, libdir, jit, user, memoryMb, keys, hiera }: CompilerConfig,
  serverNames: readonly string[],
  log: Log,
): Promise<StartedRuby | NoRuby> {
  if (!enabled) return { missing: "It is turned off here: puppet.compiler.enabled is false." };
  const [found, facts] = await Promise.all([findRuby({ ruby, libdir }), serverFacts(serverNames[0])]);
  if ("missing" in found) return found;
  return startRuby({ found, jit, user, memoryMb, keys, hiera, log, serverFacts: facts });
}
