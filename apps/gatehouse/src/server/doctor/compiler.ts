import type { CompilerFacts, HealthCheck } from "@gatehouse/core/health";
import { failed, ok, warning } from "./check.js";
import { counted } from "./words.js";

const FULL = "Give it more workers (puppet.compiler.workers) where there are processors, or agents a longer interval.";

/**
 * Whether Puppet code is compiled here, by what.
 * @param environments those with code
 */
export function compilerCheck(facts: CompilerFacts, environments: readonly string[]): HealthCheck {
  const { state, reason = "", ruby, library, workers = 0, busy = 0, waiting = 0, problem } = facts;
  if (state === "starting") return ok("compiler", "The compiler of Puppet code is not started yet.");
  if (state !== "ready") {
    const why = state === "disabled" ? "Puppet code is not compiled: puppet.compiler.enabled is false." : reason;
    if (environments.length === 0) return ok("compiler", `${why} No environment has a site manifest that needs it.`);
    const names = environments.slice(0, 5).join(", ");
    return failed(
      "compiler",
      `${why} ${counted(environments.length, "environment needs", "environments need")} it: ${names}.`,
      "Install puppet-agent or OpenVox, or set puppet.compiler.ruby and puppet.compiler.libdir, and start the gateway again; until then agents keep the catalogs that they have.",
    );
  }
  const found = `Ruby ${ruby} with ${library} compiles Puppet code: ${busy} of ${counted(workers, "worker")} busy, ${counted(waiting, "catalog waits", "catalogs wait")}.`;
  if (problem !== undefined)
    return failed("compiler", `${found} Its process does not start: ${problem}`, "See the gateway's log.");
  return waiting > workers * 10 ? warning("compiler", found, FULL) : ok("compiler", found);
}
