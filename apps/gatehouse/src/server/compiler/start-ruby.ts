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

/** Ends what was started, if anything. */
export async function closeRuby(started: StartedRuby | NoRuby): Promise<void> {
  if (!("missing" in started)) await started.close();
}

/**
 * Modules run arbitrary Ruby, and who is the database's user may do all with it.
 * @param databaseUid the user of the embedded database, where there is one
 * @returns what was started; or, where modules' code would run as that user, why there is none: it is ended
 */
export async function apartFrom(databaseUid: number | undefined, started: StartedRuby | NoRuby) {
  if ("missing" in started || started.uid === undefined || started.uid !== databaseUid) return started;
  await closeRuby(started);
  return {
    missing: `Modules' code would run as the user of the embedded database (${databaseUid}): set puppet.compiler.user to another one.`,
  };
}
