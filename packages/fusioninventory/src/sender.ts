import { GatehouseError } from "@gatehouse/core/errors";
import type { Alias, KnownAgent } from "@gatehouse/core/nodes";
import { type AgentMessage, noteCaller, observedAddress, type RouteRequest } from "@gatehouse/http";
import {
  admit,
  admitNew,
  agentIdAlias,
  deviceIdAlias,
  enrolmentOf,
  held,
  parseAgentId,
  programOf,
  riseOf,
  truncatedAgentId,
} from "@gatehouse/inventory";
import type { FusionInventoryDeps } from "./deps.js";
import type { MessageHead } from "./mapping/messages.js";
import { tasksIn } from "./rest/note.js";

/** Who a message is from, and whose machine it speaks of. */
export interface Sender {
  readonly agent: KnownAgent;
  /**
   * collected: of another machine than the agent's own, by its name. Under the agent's own name it may be another's all the
   * same: the ESX task of FusionInventory sends hosts under the collector's (recording fi-esx).
   */
  readonly of: "collected" | "unsure";
  /** True: what it hands in waits until a person has looked at it. */
  readonly isHeld: boolean;
}

type Known = Omit<Sender, "isHeld">;
type Deps = Pick<FusionInventoryDeps, "registry" | "assignments" | "access">;
type Registry = Deps["registry"];
/** A message, and what was proved of its sender. */
type Sent = Pick<AgentMessage, "request" | "proof">;
/** What a message calls its sender. */
interface Names {
  readonly agentId?: string;
  readonly deviceId: string;
}

/**
 * The agent that sends a message: by its GLPI-Agent-ID where it says one, else by its deviceid, which may be the other name
 * of an agent with an id (its second PROLOG says none). One that says or proves something new of itself is known by that.
 * @param joins whether one that nobody knows becomes known. A PROLOG tells its name only: with the inventory that follows it
 *   an agent is known by its machine, and joins that machine's other agents. One that is held is not asked for any, and
 *   becomes known by its PROLOG: else no operator would see it
 * @returns undefined for one that nobody knows
 * @throws unauthenticated, forbidden: as `admit` of `@gatehouse/inventory`, before anything is changed
 */
export async function senderOf(deps: Deps, head: MessageHead, sent: Sent, joins: boolean): Promise<Sender | undefined> {
  const { registry } = deps;
  const names = { ...(await idOf(registry, sent.request)), deviceId: head.deviceId };
  const known = await knownSender(registry, names);
  if (known !== undefined) noteCaller(sent.request, known.agent);
  const verdict = await admit(deps, { ...names, known: known?.agent }, sent.proof, deps.access(sent.request));
  const isHeld = verdict === "held";
  if (known !== undefined) return { ...(await renewed(registry, known, head, names, sent)), isHeld };
  if (!joins && !(isHeld && head.purpose === "prolog")) return undefined;
  const enrolment = enrolmentOf({ ...saidIn(head, names, sent), evidence: head.evidence });
  const { created, nodeId } = await registry.enrol(isHeld ? held(enrolment) : enrolment);
  const sender = await knownSender(registry, names);
  if (sender === undefined) throw gone();
  noteCaller(sent.request, sender.agent);
  if (!created) {
    // Another message of it was faster: now it is judged as one that is known.
    const now = await admit(deps, { ...names, known: sender.agent }, sent.proof, deps.access(sent.request));
    return { ...sender, isHeld: now === "held" };
  }
  const { request, proof } = sent;
  request.log.info("agent enrolled", { protocol: "fusioninventory", agent: head.deviceId, node: nodeId });
  const now = await admitNew(deps, sender.agent, proof, deps.access(request), verdict);
  return { ...sender, isHeld: now === "held" };
}

/** A known agent, as it is with what it says and proves now. */
async function renewed(registry: Registry, known: Known, head: MessageHead, names: Names, sent: Sent): Promise<Known> {
  const { attributes } = known.agent;
  const installedTasks = tasksIn(attributes);
  const enrolment = saysMore(known, head, observedAddress(sent.request.raw))
    ? enrolmentOf({
        ...saidIn(head, { deviceId: names.deviceId }, sent),
        // Traits take the place of those before: what this message does not say of them is kept, and what REST said.
        ...(head.tag === undefined && typeof attributes["tag"] === "string" && { tag: attributes["tag"] }),
        ...(installedTasks.length > 0 && { installedTasks }),
      })
    : riseOf(known.agent, sent.proof, observedAddress(sent.request.raw));
  if (enrolment === undefined) return known;
  await registry.enrol(enrolment);
  const now = await knownSender(registry, names);
  if (now === undefined) throw gone();
  return now;
}

const gone = () => new GatehouseError("conflict", "The agent's node was removed meanwhile.");

function saidIn({ versionClient: version, tag }: MessageHead, names: Names, { request, proof }: Sent) {
  const from = observedAddress(request.raw);
  return {
    ...{ ...names, proof },
    ...(from !== undefined && { attributes: { from } }),
    ...(version !== undefined && { version }),
    ...(tag !== undefined && { tag }),
    ...(from !== undefined && { from }),
  };
}

async function knownSender(registry: Registry, { agentId, deviceId }: Names): Promise<Known | undefined> {
  const alias: Alias = agentId === undefined ? deviceIdAlias(deviceId) : agentIdAlias(agentId);
  const agent = await registry.findAgent(alias);
  if (agent === undefined) return undefined;
  const own = agent.attributes["deviceId"];
  const isOwn = agentId === undefined || typeof own !== "string" || own.toLowerCase() === deviceId.toLowerCase();
  return { agent, of: isOwn ? "unsure" : "collected" };
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
function saysMore({ agent: { attributes }, of }: Known, head: MessageHead, from: string | undefined): boolean {
  if (of === "collected" || attributes["agentId"] !== undefined) return false;
  const { program, version } = programOf(head.versionClient ?? "") ?? attributes;
  const isSame = program === attributes["program"] && version === attributes["version"];
  if (from !== undefined && from !== attributes["from"]) return true;
  return !isSame || (head.tag !== undefined && head.tag !== attributes["tag"]);
}
