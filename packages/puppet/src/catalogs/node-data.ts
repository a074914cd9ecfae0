import type { FactsOnTheirWay, Resolution } from "@gatehouse/core/assignment";
import type { AgentWithFacts, FactTree } from "@gatehouse/core/facts";
import type { Alias, KnownAgent } from "@gatehouse/core/nodes";
import type { PuppetV3Deps } from "../deps.js";

/** Nobody's node gets nothing. */
export const resolutionFor = async (
  { assignments }: Pick<PuppetV3Deps, "assignments">,
  agent: KnownAgent | undefined,
  saying?: FactsOnTheirWay,
): Promise<Resolution> => (agent === undefined ? { settings: {}, conflicts: [] } : assignments.resolved(agent, saying));

/** Milliseconds that a read waits for what the agent handed in before it to be processed. */
const SETTLE_MS = 2_000;

/** What the node's agent said last; none for a node that said nothing yet. */
export async function storedFacts(
  { facts }: Pick<PuppetV3Deps, "facts">,
  nodeId: string | undefined,
): Promise<FactTree> {
  if (nodeId === undefined) return {};
  return (await facts.of(nodeId)).find(({ source }) => source === "puppet")?.facts ?? {};
}

/** The same, with what the agent handed in just before. */
export async function latestFacts(
  deps: Pick<PuppetV3Deps, "facts" | "submissions">,
  agent: KnownAgent | undefined,
): Promise<FactTree> {
  if (agent !== undefined) await deps.submissions.settled(agent.agentId, SETTLE_MS);
  return storedFacts(deps, agent?.nodeId);
}

/** An agent with what it said last of its node. @returns undefined where it never called */
export async function agentWithFacts(
  { facts, submissions }: Pick<PuppetV3Deps, "facts" | "submissions">,
  alias: Alias,
): Promise<AgentWithFacts | undefined> {
  const known = await facts.ofAgent(alias, "puppet");
  if (known?.isWaiting !== true) return known;
  await submissions.settled(known.agent.agentId, SETTLE_MS);
  return facts.ofAgent(alias, "puppet");
}
