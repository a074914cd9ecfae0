import type { CompilerFacts, HealthCheck } from "@gatehouse/core/health";
import { failed, ok, warning } from "./check.js";
import { counted } from "./words.js";

const KEPT_FROM = {
  signals: "kept from the memory and the signals of other processes of that account",
  memory: "kept from the memory of other processes of that account",
  none: "and this system keeps it from nothing of that account",
} as const;
const FULL = "Give it more workers (puppet.compiler.workers) where there are processors, or agents a longer interval.";

/** What takes a compiler. */
export interface CompilerNeeds {
  /** Environments with a site manifest that says something. */
  readonly environments: readonly string[];
  /** Groups that give classes. */
  readonly groups: readonly string[];
  /** How many nodes are given classes by hand. */
  readonly nodes: number;
}

/**
 * Whether Puppet code is compiled here, by what.
 * @param needed what cannot do without
 */
export function compilerCheck(facts: CompilerFacts, needed: CompilerNeeds): HealthCheck {
  const {
    state,
    reason = "",
    ruby,
    path,
    user,
    library,
    workers = 0,
    busy = 0,
    waiting = 0,
    problem,
    confinement,
  } = facts;
  if (state === "starting") return ok("compiler", "The compiler of Puppet code is not started yet.");
  if (state !== "ready") {
    const why = state === "disabled" ? "Puppet code is not compiled: puppet.compiler.enabled is false." : reason;
    const needs = needsText(needed);
    if (needs === "") return ok("compiler", `${why} No site manifest and no class of a group or node needs it.`);
    return failed(
      "compiler",
      `${why} ${needs}`,
      "Install puppet-agent or OpenVox, or set puppet.compiler.ruby and puppet.compiler.libdir, and start the gateway again; until then agents keep the catalogs that they have.",
    );
  }
  const kept = confinement === undefined ? "" : ` (${KEPT_FROM[confinement]})`;
  const found = `Ruby ${ruby} (${path}) with ${library} compiles Puppet code as ${user}${kept}: ${busy} of ${counted(workers, "worker")} busy, ${counted(waiting, "catalog waits", "catalogs wait")}.`;
  if (problem !== undefined)
    return failed("compiler", `${found} Its process does not start: ${problem}`, "See the gateway's log.");
  return waiting > workers * 10 ? warning("compiler", found, FULL) : ok("compiler", found);
}

function needsText({ environments, groups, nodes }: CompilerNeeds): string {
  const named = (names: readonly string[], one: string, more: string) =>
    names.length === 0 ? [] : [`${counted(names.length, one, more)} it: ${names.slice(0, 5).join(", ")}.`];
  return [
    ...named(environments, "environment needs", "environments need"),
    ...named(groups, "group that gives classes needs", "groups that give classes need"),
    ...(nodes === 0 ? [] : [`${counted(nodes, "node that has classes needs", "nodes that have classes need")} it.`]),
  ].join(" ");
}
