import {
  type AgentAnswer,
  type AgentDialect,
  type AgentMessage,
  cameByTls,
  isPartPath,
  type RouteRequest,
  xmlError,
} from "@gatehouse/http";
import type { AgentBody } from "@gatehouse/http/agent-body";
import { isProven } from "@gatehouse/inventory";
import type { FusionInventoryDeps } from "./deps.js";
import { hoursOf, sooner } from "./hours.js";
import { keep } from "./keep.js";
import { headOf, type MessageHead } from "./mapping/messages.js";
import { noteNetworkJob } from "./network-jobs.js";
import { optionsFor } from "./options/hand-out.js";
import { LARGE_MESSAGE, MESSAGE, MESSAGE_CHECK } from "./processors.js";
import { jsonError, ocsReply, prologReply, reply, waitReply } from "./replies.js";
import { ofEsxJob } from "./rest/esx-hosts.js";
import { createRest } from "./rest/index.js";
import { isPostedYaml, postInventory } from "./rest/inventory.js";
import { servePart } from "./rest/parts.js";
import { type Sender, senderOf } from "./sender.js";

/** Bytes up to which a message is looked through here: it takes 15 ms then. */
const INLINE_BYTES = 1 << 20;
/**
 * Bytes of XML from which on a message is processed by a thread, as those of most machines are: turning them into an
 * inventory takes 20 ms in quiet, and held the event loop for 110 under load.
 */
const LARGE_BYTES = 256 << 10;

/** The setting of a node that says when its inventory agents come again. */
const EXPIRATION = "glpi.expiration";

/**
 * The XML that FusionInventory, OCS and older GLPI agents speak, with FusionInventory's REST (wire/glpi.md section 9).
 * Answers whatever is XML; what a dialect before it takes does not come here.
 */
export function createFusionInventoryDialect(deps: FusionInventoryDeps): AgentDialect {
  const rest = createRest(deps);
  return {
    id: "fusioninventory",
    answer: (message) => {
      const { part } = message.request.params;
      if (part !== undefined) return servePart(deps, message, part);
      if (message.action !== undefined) return rest(message);
      if (isPostedYaml(message.request)) return postInventory(deps, message);
      return message.body?.syntax === "xml" ? answerMessage(deps, message, message.body) : undefined;
    },
    renderError: (error, { request, action }, body) => {
      if (action !== undefined || isPartPath(request.path) || isPostedYaml(request)) return jsonError(error);
      return body?.syntax === "xml" ? xmlError(error) : undefined;
    },
  };
}

async function answerMessage(
  deps: FusionInventoryDeps,
  { request, proof }: AgentMessage,
  body: AgentBody,
): Promise<AgentAnswer> {
  const { registry, clock } = deps;
  const head = await headIn(deps, request, body);
  const isKept = head.purpose === "inventory" || head.purpose === "discovery" || head.purpose === "devices";
  const known = await senderOf(deps, head, { request, proof }, isKept);
  const sender = known && head.purpose === "inventory" ? await ofEsxJob(deps, head, known) : known;
  if (isKept && sender !== undefined)
    await keep(deps, body.bytes.length > LARGE_BYTES ? LARGE_MESSAGE : MESSAGE, head.deviceId, sender, request);
  if (sender !== undefined) registry.touch(sender.agent.agentId, clock.now());
  if (head.purpose === "prolog") return answerProlog(deps, sender, { request, proof });
  if (head.network !== undefined && sender?.agent.hasWork === true && !sender.isHeld)
    await noteNetworkJob(deps, sender.agent, head.network);
  return head.purpose === "inventory" && isOcs(request) ? ocsReply : reply;
}

/** What to do, with the jobs of tasks that ask for them nowhere else, and when to come again. OCS agents know none of those. */
async function answerProlog(
  deps: FusionInventoryDeps,
  sender: Sender | undefined,
  { request, proof }: Pick<AgentMessage, "request" | "proof">,
): Promise<AgentAnswer> {
  const hours = await hoursFor(deps, sender, request);
  if (sender?.isHeld === true) return waitReply(hours);
  if (sender === undefined || !sender.agent.hasWork || sender.of === "collected" || isOcs(request))
    return prologReply(hours);
  const { agent } = sender;
  const { agentId, deviceId } = agent.attributes;
  const caller = { isProven: isProven(deps, { proof, overTls: cameByTls(request.raw) }, [agentId, deviceId]) };
  const { tasks, nextAt } = await deps.work.workFor(agent, caller);
  return prologReply(sooner(hours, nextAt, deps.clock.now()), await optionsFor(deps, agent, caller, tasks));
}

async function headIn(
  { tasks }: FusionInventoryDeps,
  { headers }: RouteRequest,
  { bytes }: AgentBody,
): Promise<MessageHead> {
  const userAgent = headers["user-agent"];
  if (bytes.length <= INLINE_BYTES) return headOf(bytes, userAgent);
  const input = { body: bytes, ...(userAgent !== undefined && { userAgent }) };
  return tasks.run<MessageHead>(MESSAGE_CHECK, input);
}

async function hoursFor(
  { assignments, config }: FusionInventoryDeps,
  sender: Sender | undefined,
  request: RouteRequest,
): Promise<number> {
  const settings = sender === undefined ? {} : await assignments.of(sender.agent);
  const hours = hoursOf(settings[EXPIRATION]) ?? hoursOf(config.expiration) ?? 24;
  // OCS counts whole hours.
  return isOcs(request) ? Math.max(1, Math.round(hours)) : hours;
}

const isOcs = ({ headers }: RouteRequest): boolean => headers["user-agent"]?.startsWith("OCS") === true;
