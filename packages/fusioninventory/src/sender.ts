import { GatehouseError } from "@gatehouse/core/errors";
import type { Alias, KnownAgent } from "@gatehouse/core/nodes";
import { observedAddress, type RouteRequest } from "@gatehouse/http";
import {
  type AgentSaid,
  agentIdAlias,
  deviceIdAlias,
  enrolmentOf,
  parseAgentId,
  programOf,
  truncatedAgentId,
} from "@gatehouse/inventory";
import type { FusionInventoryDeps } from "./deps.js";
import type { MessageHead } from "./mapping/messages.js";

/** Who a message is from, and whose machine it speaks of. */
export interface Sender {
  readonly agent: KnownAgent;
  /**
   * collected: of another machine than the agent's own, by its name. Under the agent's own name it may be another's all the
   * same: the ESX task of FusionInventory sends hosts under the collector's (recording fi-esx).
   */
  readonly of: "collected" | "unsure";
}

type Registry = FusionInventoryDeps["registry"];

/**
 * The agent that sends a message: by its GLPI-Agent-ID where it says one, else by its deviceid, which may be the other name
 * of an agent with an id (its second PROLOG says none). One that says something new of itself is known by that.
 * @param joins whether one that nobody knows becomes known. A PROLOG tells its name only: with the inventory that follows it
 *   an agent is known by its machine, and joins that machine's other agents
 * @returns undefined for one that nobody knows
 * @throws forbidden when its node is deactivated
 */
export async function senderOf(
  registry: Registry,
  head: MessageHead,
  request: RouteRequest,
  joins: boolean,
): Promise<Sender | undefined> {
  const known = await knownSender(registry, head, request);
  if (known === undefined ? !joins : !saysMore(known, head)) return known;
  const { agentId } = known === undefined ? await idOf(registry, request) : {};
  const from = observedAddress(request.raw);
  const { versionClient: version } = head;
  const said: AgentSaid = {
    deviceId: head.deviceId,
    ...(agentId !== undefined && { agentId }),
    ...(version !== undefined && { version }),
    ...(head.tag !== undefined && { tag: head.tag }),
    ...(from !== undefined && { from }),
    ...(known === undefined && { evidence: head.evidence }),
  };
  const { created, nodeId } = await registry.enrol(enrolmentOf(said));
  if (created) request.log.info("agent enrolled", { protocol: "fusioninventory", agent: head.deviceId, node: nodeId });
  const sender = await knownSender(registry, head, request);
  if (sender !== undefined) return sender;
  throw new GatehouseError("conflict", "The agent's node was removed meanwhile.");
}

async function knownSender(registry: Registry, head: MessageHead, request: RouteRequest): Promise<Sender | undefined> {
  const alias = await aliasOf(registry, head, request);
  const agent = await registry.findAgent(alias);
  if (agent === undefined) return undefined;
  refuseDeactivated(agent);
  const own = agent.attributes["deviceId"];
  const isOwn =
    alias.kind !== "agentid" || typeof own !== "string" || own.toLowerCase() === head.deviceId.toLowerCase();
  return { agent, of: isOwn ? "unsure" : "collected" };
}

async function aliasOf(registry: Registry, { deviceId }: MessageHead, request: RouteRequest): Promise<Alias> {
  const { agentId } = await idOf(registry, request);
  return agentId === undefined ? deviceIdAlias(deviceId) : agentIdAlias(agentId);
}

/** What is no id says nothing: agents of XML are known by their deviceid. */
async function idOf(registry: Registry, { headers }: RouteRequest): Promise<{ agentId?: string }> {
  const header = headers["glpi-agent-id"];
  if (typeof header !== "string") return {};
  let agentId: string | undefined;
  try {
    agentId = parseAgentId(header);
  } catch (thrown) {
    if (thrown instanceof GatehouseError && thrown.code === "request-malformed") return {};
    throw thrown;
  }
  if (agentId === undefined) return {};
  const begin = truncatedAgentId(agentId);
  if (begin === undefined) return { agentId };
  const [found, ...others] = await registry.findAgentsBeginning("inventory", "agentid", begin);
  const whole = others.length === 0 ? found?.attributes["agentId"] : undefined;
  return typeof whole === "string" ? { agentId: whole } : {};
}

/** Of agents that speak XML only: the others say who they are in CONTACT, and more of it. */
function saysMore({ agent: { attributes }, of }: Sender, head: MessageHead): boolean {
  if (of === "collected" || attributes["agentId"] !== undefined) return false;
  const { program, version } = programOf(head.versionClient ?? "") ?? attributes;
  const isSame = program === attributes["program"] && version === attributes["version"];
  return !isSame || (head.tag !== undefined && head.tag !== attributes["tag"]);
}

function refuseDeactivated({ state, nodeId }: KnownAgent): void {
  if (state !== "deactivated") return;
  throw new GatehouseError("forbidden", "The agent's node is out of service here.", {
    detail: `rule: node ${nodeId} is deactivated, by an operator`,
  });
}
