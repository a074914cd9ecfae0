import { GatehouseError } from "@gatehouse/core/errors";
import type { KnownAgent } from "@gatehouse/core/nodes";
import { noteCaller, type Peer, type RouteRequest } from "@gatehouse/http";
import type { DscDeps } from "../deps.js";
import { aliasOf } from "../mapping.js";
import { parseAgentId } from "../names.js";
import { pinBroken, pinHasEnded, presentedThumbprint, unproven } from "../pinning.js";

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
 * @throws request-malformed for no GUID, unauthenticated for no agent or another's certificate, forbidden for one of a
 *   deactivated node
 */
export async function knownAgent(
  deps: DscDeps,
  agentIdText: string,
  request: Pick<RouteRequest, "peer" | "raw">,
  lookUp: "findAgent" | "recentAgent" = "findAgent",
): Promise<KnownAgent> {
  const agentId = parseAgentId(agentIdText);
  const agent = await deps.registry[lookUp](aliasOf(agentId));
  if (agent === undefined) {
    throw new GatehouseError("unauthenticated", "The AgentId is not registered here.", {
      detail: `rule: AgentId ${agentId} is unknown`,
    });
  }
  noteCaller(request, agent);
  refuseDeactivated(agent);
  await refuseForeign(deps, agentId, agent, request.peer);
  deps.registry.touch(agent.agentId, deps.clock.now());
  return agent;
}

/**
 * Holds the peer against the agent's certificate, as far as the configuration asks for it. What was read some seconds
 * ago may lack the agent's newest certificate, so a refusal is read again first.
 * @throws unauthenticated
 */
export async function refuseForeign(deps: DscDeps, agentId: string, agent: KnownAgent, peer: Peer): Promise<void> {
  const mode = deps.config.certificates;
  if (pinBroken(mode, agent, peer) === undefined) return;
  const fresh = await deps.registry.findAgent(aliasOf(agentId));
  const broken = fresh === undefined ? "the agent is gone" : pinBroken(mode, fresh, peer);
  if (broken === undefined) return;
  const waiting = presentedThumbprint(peer);
  if (fresh !== undefined && waiting !== undefined && pinHasEnded(fresh, deps.clock.now())) {
    await noteWaiting(deps, agentId, fresh, waiting);
    throw unproven(`${broken}; the registered one has ended, so it waits for an operator`);
  }
  throw unproven(broken);
}

/** LCMs renew their certificate once a year and do not always say so: nobody is locked out without being shown. */
async function noteWaiting(deps: DscDeps, agentId: string, agent: KnownAgent, thumbprint: string): Promise<void> {
  if (agent.attributes["waitingThumbprint"] === thumbprint) return;
  await deps.registry
    .amendAgent(aliasOf(agentId), (before) => ({ ...before, waitingThumbprint: thumbprint }))
    .catch((thrown: unknown) => {
      // Another call of the same agent is noting it.
      if (!(thrown instanceof GatehouseError) || thrown.code !== "conflict") throw thrown;
    });
}
