import { type Catalog, type Resource, referenceOf } from "./catalog.js";
import { agentError, type PuppetAgentError } from "./errors.js";
import { fetchSources } from "./file-source.js";
import type { PuppetV3 } from "./v3.js";

/** The machine that an agent of a simulation manages: what was applied to it, in memory. */
export interface Machine {
  /** References of resources with their parameters, as they were applied. */
  readonly applied: Map<string, string>;
  /** Files from the server, with their checksums. */
  readonly held: Map<string, string>;
}

export const newMachine = (): Machine => ({ applied: new Map(), held: new Map() });

/** How it went with one resource. */
export interface Outcome {
  readonly resource: Resource;
  readonly status: "unchanged" | "changed" | "noop" | "failed" | "skipped";
  readonly files: number;
  readonly error?: PuppetAgentError;
}

/** What is no thing of the machine. */
const CONTAINERS = new Set(["Stage", "Class", "Node"]);
const GUARDS = ["creates", "onlyif", "unless", "refreshonly"];
const BEFORE = ["require", "subscribe"];

/**
 * Applies a catalog to a made-up machine, in the catalog's order: a resource that is as it was is unchanged; a notify,
 * and an exec without a guard, happens each time; what requires a failed one is skipped.
 */
export async function applyCatalog(
  v3: PuppetV3,
  catalog: Catalog,
  machine: Machine,
  noop: boolean,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const failed = new Set<string>();
  for (const resource of catalog.resources) {
    const { type, kind, parameters = {} } = resource;
    if (CONTAINERS.has(type) || kind === "defined_type") continue;
    const reference = referenceOf(resource);
    const needs = BEFORE.flatMap((name) => [parameters[name] ?? []].flat().map(String));
    if (needs.some((needed) => failed.has(needed))) {
      failed.add(reference);
      outcomes.push({ resource, status: "skipped", files: 0 });
      continue;
    }
    const own = parameters["noop"];
    const idle = typeof own === "boolean" ? own : noop;
    const outcome = await applyOne(v3, catalog, machine, resource, idle);
    if (outcome.status === "failed") failed.add(reference);
    outcomes.push(outcome);
  }
  return outcomes;
}

async function applyOne(
  v3: PuppetV3,
  catalog: Catalog,
  { applied, held }: Machine,
  resource: Resource,
  noop: boolean,
): Promise<Outcome> {
  const reference = referenceOf(resource);
  const wanted = JSON.stringify(resource.parameters ?? {});
  try {
    // Without the bytes that it would need, a real agent in noop does not fetch them either.
    const files = noop ? 0 : await fetchSources({ v3, catalog, held }, resource);
    if (applied.get(reference) === wanted && files === 0 && !happensAlways(resource))
      return { resource, status: "unchanged", files };
    if (noop) return { resource, status: "noop", files };
    applied.set(reference, wanted);
    return { resource, status: "changed", files };
  } catch (thrown) {
    return { resource, status: "failed", files: 0, error: agentError(reference, thrown) };
  }
}

function happensAlways({ type, parameters = {} }: Resource): boolean {
  return type === "Notify" || (type === "Exec" && GUARDS.every((guard) => parameters[guard] === undefined));
}
