import { DSC_CONFIGURATIONS, stringsOf } from "@gatehouse/core/assignment";
import { GatehouseError } from "@gatehouse/core/errors";
import type { KnownAgent } from "@gatehouse/core/nodes";
import type { NodeConfigurations } from "../decision.js";
import type { DscDeps } from "../deps.js";
import { aliasOf, registeredNames } from "../mapping.js";
import { parseAgentId } from "../names.js";

/** A key of the canonical path, as it was before encoding. */
export const keyOf = (params: Readonly<Record<string, string>>, key: string) => decodeURIComponent(params[key] ?? "");

/**
 * The registered agent behind an AgentId, marked as seen.
 * @param lookUp `recentAgent` for a download: the check-in before it has just read the agent
 * @throws request-malformed for no GUID, unauthenticated for no agent
 */
export async function knownAgent(
  deps: DscDeps,
  agentIdText: string,
  lookUp: "findAgent" | "recentAgent" = "findAgent",
): Promise<KnownAgent> {
  const agentId = parseAgentId(agentIdText);
  const agent = await deps.registry[lookUp](aliasOf(agentId));
  if (agent === undefined) {
    throw new GatehouseError("unauthenticated", "The AgentId is not registered here.", {
      detail: `rule: AgentId ${agentId} is unknown`,
    });
  }
  deps.registry.touch(agent.agentId, deps.clock.now());
  return agent;
}

export const configurationsOf = (agent: KnownAgent): NodeConfigurations => ({
  registered: registeredNames(agent.attributes),
  assigned: stringsOf(agent.settings[DSC_CONFIGURATIONS]),
});
