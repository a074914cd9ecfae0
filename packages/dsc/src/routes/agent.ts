import { GatehouseError } from "@gatehouse/core/errors";
import type { KnownAgent } from "@gatehouse/core/nodes";
import type { DscDeps } from "../deps.js";
import { aliasOf } from "../mapping.js";
import { parseAgentId } from "../names.js";

/** A key of the canonical path, as it was before encoding. */
export const keyOf = (params: Readonly<Record<string, string>>, key: string) => decodeURIComponent(params[key] ?? "");

/** @throws forbidden when an operator has taken the agent's node out of service */
export function refuseDeactivated(agent: KnownAgent): void {
  if (agent.state === "deactivated") {
    throw new GatehouseError("forbidden", "The node is deactivated.", {
      detail: `rule: node ${agent.nodeId} is deactivated, by an operator`,
    });
  }
}

/**
 * The registered agent behind an AgentId, marked as seen.
 * @param lookUp `recentAgent` for a download: the check-in before it has just read the agent
 * @throws request-malformed for no GUID, unauthenticated for no agent, forbidden for one of a deactivated node
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
  refuseDeactivated(agent);
  deps.registry.touch(agent.agentId, deps.clock.now());
  return agent;
}
