import { isDeepStrictEqual } from "node:util";
import { GatehouseError } from "@gatehouse/core/errors";
import type { KnownAgent } from "@gatehouse/core/nodes";
import type { RouteRequest } from "@gatehouse/http";
import { type AgentSaid, enrolmentOf } from "@gatehouse/inventory";
import type { GlpiDeps } from "./deps.js";

type Registering = Pick<GlpiDeps, "registry" | "clock">;

/** @throws forbidden when an operator has taken the agent's node out of service */
export function refuseDeactivated(agent: KnownAgent | undefined): void {
  if (agent?.state === "deactivated") {
    throw new GatehouseError("forbidden", "The node is deactivated.", {
      detail: `rule: node ${agent.nodeId} is deactivated, by an operator`,
    });
  }
}

/**
 * The agent that says this of itself, enrolled or renewed where something that is kept of it is other than before.
 * @throws forbidden for one of a deactivated node
 */
export async function enrolled(
  { registry, clock }: Registering,
  said: AgentSaid,
  { log }: Pick<RouteRequest, "log">,
): Promise<KnownAgent> {
  const enrolment = enrolmentOf(said);
  let agent = await registry.findAgent(enrolment.alias);
  refuseDeactivated(agent);
  if (agent === undefined || !isDeepStrictEqual(plain(enrolment.merge(agent.attributes)), plain(agent.attributes))) {
    const { created, nodeId } = await registry.enrol(enrolment);
    agent = await registry.findAgent(enrolment.alias);
    if (agent === undefined) throw new GatehouseError("conflict", "The agent was purged just now; it may call again.");
    refuseDeactivated(agent);
    if (created) {
      const { nodeName, alias } = enrolment;
      log.info("agent enrolled", { protocol: "glpi", agent: alias.value, node: nodeId, name: nodeName });
    }
  }
  registry.touch(agent.agentId, clock.now());
  return agent;
}

/** As the database gives it back. */
const plain = (attributes: object): unknown => JSON.parse(JSON.stringify(attributes));
