import type { FactsOnTheirWay, Resolution } from "@gatehouse/core/assignment";
import type { FactTree } from "@gatehouse/core/facts";
import type { KnownAgent } from "@gatehouse/core/nodes";
import type { PuppetV3Deps } from "../deps.js";

/** Nobody's node gets nothing. */
export const resolutionFor = async (
  { assignments }: Pick<PuppetV3Deps, "assignments">,
  agent: KnownAgent | undefined,
  saying?: FactsOnTheirWay,
): Promise<Resolution> => (agent === undefined ? { settings: {}, conflicts: [] } : assignments.resolved(agent, saying));

/** What the node's agent said last; none for a node that said nothing yet. */
export async function storedFacts(
  { facts }: Pick<PuppetV3Deps, "facts">,
  nodeId: string | undefined,
): Promise<FactTree> {
  if (nodeId === undefined) return {};
  return (await facts.of(nodeId)).find(({ source }) => source === "puppet")?.facts ?? {};
}
