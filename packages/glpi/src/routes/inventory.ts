import { GatehouseError } from "@gatehouse/core/errors";
import type { KnownAgent } from "@gatehouse/core/nodes";
import { type AgentAnswer, type AgentBody, observedAddress } from "@gatehouse/http";
import { agentIdAlias, deviceIdAlias, parseDeviceId, programOf, truncatedAgentId } from "@gatehouse/inventory";
import type { GlpiDeps } from "../deps.js";
import { type Admitted, admitted, enrolled, type Sent } from "../enrol.js";
import type { CommonHeaders } from "../headers.js";
import type { MessageHead } from "../wire/read.js";
import { postponed } from "./pending.js";

/** Bytes of a message from which on it is worked on by a thread. */
const LARGE = 512 << 10;
/** Characters of a User-Agent that are kept. */
const LONGEST_AGENT = 200;
/** Actions whose messages are of what the agent looked at from outside. */
const LOOKED_AT: readonly string[] = ["netdiscovery", "netinventory"];

/**
 * INVENTORY, of the agent's machine or of one that it looked at: answered when it is stored, worked on later. Agents do not
 * send one again that was refused, and send only what changes afterwards (wire/glpi.md section 3).
 * @throws request-malformed without deviceid or content; as `admitted`
 */
export async function inventory(
  deps: GlpiDeps,
  { said, hasContent, evidence }: MessageHead,
  action: string,
  common: CommonHeaders,
  sent: Sent & { readonly body: AgentBody },
): Promise<AgentAnswer> {
  const { request, body } = sent;
  const deviceId = parseDeviceId(said["deviceid"]);
  if (!hasContent) throw new GatehouseError("request-malformed", "/content is missing or no object");
  const looksAt = LOOKED_AT.includes(action);
  const about = { deviceId, tag: said["tag"], evidence: looksAt ? [] : evidence };
  const { agent, verdict } = await senderOf(deps, about, common, sent);
  const isOwn = !looksAt && isSame(agent.attributes["deviceId"] ?? deviceId, deviceId);
  const userAgent = request.headers["user-agent"]?.slice(0, LONGEST_AGENT);
  const contentType = request.headers["content-type"]?.slice(0, LONGEST_AGENT);
  // A message that is here already is stored first (decisions, row 17).
  const hasRoom = deps.admission.tryEnter("submission");
  try {
    await deps.submissions.accept({
      agentId: agent.agentId,
      kind: body.bytes.length > LARGE ? "glpi.inventory.large" : "glpi.inventory",
      body: request.body,
      context: {
        // Also a clone of the agent, or who took its name, sends under its id.
        ...{ deviceId, of: isOwn ? "unsure" : "collected" },
        ...(contentType !== undefined && { contentType }),
        ...(userAgent !== undefined && { userAgent }),
      },
      ...(verdict === "held" && { held: true }),
    });
  } finally {
    if (hasRoom) deps.admission.leave("submission");
  }
  const answer = JSON.stringify({ status: "ok", expiration: deps.config.expiration });
  if (!hasRoom && common.agentId !== undefined)
    return postponed(deps.pending, common.agentId, answer, deps.config.pendingSeconds);
  return { status: 200, syntax: "json", text: answer };
}

const isSame = (own: unknown, deviceId: string) =>
  typeof own === "string" && own.toLowerCase() === deviceId.toLowerCase();

async function senderOf(
  deps: GlpiDeps,
  { deviceId, tag, evidence }: { deviceId: string; tag: unknown; evidence: MessageHead["evidence"] },
  { agentId, proxies }: CommonHeaders,
  sent: Sent,
): Promise<Admitted> {
  const byId = agentId === undefined ? undefined : await knownSender(deps, agentId);
  // By a deviceid anybody could send: it finds an agent, and changes nothing of what is known of it.
  const isNameless = agentId === undefined || byId === "cut";
  const known = isNameless ? await deps.registry.findAgent(deviceIdAlias(deviceId)) : byId;
  if (known !== undefined) {
    const verdict = await admitted(deps, { known, deviceId, ...(agentId !== undefined && { agentId }) }, sent);
    deps.registry.touch(known.agentId, deps.clock.now());
    return { agent: known, verdict };
  }
  const { request } = sent;
  const from = observedAddress(request.raw);
  const { program, version } = programOf(request.headers["user-agent"] ?? "") ?? {};
  return enrolled(
    deps,
    {
      ...{ deviceId, proxies, evidence },
      // Under an id that its task cut off nobody would find the agent again.
      ...(!isNameless && { agentId }),
      ...(program !== undefined && { name: program, version: version ?? "" }),
      ...(typeof tag === "string" && { tag: tag.slice(0, 255) }),
      ...(from !== undefined && { from }),
    },
    sent,
  );
}

/** @returns `cut` for an id that the ESX task cut off, and of which nobody knows whose it is */
async function knownSender({ registry }: GlpiDeps, agentId: string): Promise<KnownAgent | "cut" | undefined> {
  const known = await registry.findAgent(agentIdAlias(agentId));
  if (known !== undefined) return known;
  const begin = truncatedAgentId(agentId);
  if (begin === undefined) return undefined;
  const [only, ...others] = await registry.findAgentsBeginning("inventory", "agentid", begin);
  return only !== undefined && others.length === 0 ? only : "cut";
}
