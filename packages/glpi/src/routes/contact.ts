import { GatehouseError } from "@gatehouse/core/errors";
import type { KnownAgent } from "@gatehouse/core/nodes";
import { type AgentAnswer, cameByTls, observedAddress } from "@gatehouse/http";
import { deviceIdAlias, isProven } from "@gatehouse/inventory";
import { contactAnswer, heldAnswer } from "../contact-answer.js";
import type { GlpiDeps } from "../deps.js";
import { enrolled, type Sent } from "../enrol.js";
import { type CommonHeaders, cryptoKeyId, isEncrypted } from "../headers.js";
import { keepHttpd } from "../httpd.js";
import { type Contact, contactOf } from "../wire/contact.js";
import type { Said } from "../wire/read.js";

/**
 * CONTACT: who the agent is and what it can do, answered with what it should do.
 * @throws request-malformed without an id or a deviceid, conflict where all of an inventory is wanted first; as `admitted`
 */
export async function contact(
  deps: GlpiDeps,
  said: Said,
  { agentId, proxies }: CommonHeaders,
  sent: Sent,
): Promise<AgentAnswer> {
  const { request } = sent;
  if (agentId === undefined) throw new GatehouseError("request-malformed", "CONTACT needs a GLPI-Agent-ID.");
  const message = contactOf(said);
  const missing = (["name", "version", "installed-tasks"] as const).filter((key) => message[key] === undefined);
  if (missing.length > 0) request.log.info("contact without what it must have", { agent: agentId, missing });
  const from = observedAddress(request.raw);
  const { httpd, token } = keepHttpd(message);
  const proven = await ownerOf(deps, agentId, sent);
  const { agent, verdict } = await enrolled(
    deps,
    {
      ...{ agentId, deviceId: message.deviceid, proxies, attributes: attributesOf(message, httpd, from) },
      ...(message.name !== undefined && { name: message.name }),
      ...(message.version !== undefined && { version: message.version }),
      ...(message.tag !== undefined && { tag: message.tag }),
      ...(message["installed-tasks"] !== undefined && { installedTasks: message["installed-tasks"] }),
      ...(message["enabled-tasks"] !== undefined && { enabledTasks: message["enabled-tasks"] }),
      ...(from !== undefined && { from }),
    },
    sent,
  );
  if (verdict === "held") return heldAnswer(deps, await deps.assignments.of(agent), message);
  if (token !== undefined) await keepToken(deps, agent, token);
  refusePartial(deps, agent, proxies);
  const asks = await isAskedToRegister(deps, agentId, sent);
  const shown = { proof: sent.proof, overTls: cameByTls(request.raw) };
  const isItself = isProven(deps, shown, [agentId, ...(proven === agent.agentId ? [sent.proof.agent] : [])]);
  return contactAnswer(deps, agent, message, { isProven: isItself, registersAnew: asks });
}

/**
 * The agent whose deviceid was proved: getCertificate gives certificates in the name of one. Asked before the message counts,
 * which may say any deviceid: the agent that was the first to have it is the one.
 */
async function ownerOf({ registry }: GlpiDeps, id: string, { proof }: Sent): Promise<string | undefined> {
  if (proof.agent === undefined || proof.agent === id) return undefined;
  return (await registry.findAgent(deviceIdAlias(proof.agent)))?.agentId;
}

/** Whether an operator wants the key to be renewed that this message came under: the agent's own, of which the last one used is confirmed. */
async function isAskedToRegister({ agentKeys }: GlpiDeps, agentId: string, sent: Sent): Promise<boolean> {
  const { headers } = sent.request;
  if (!isEncrypted(headers) || cryptoKeyId(headers) !== agentId) return false;
  const { way, by } = sent.proof;
  const keys = (await agentKeys.live(agentId)).filter(({ id }) => way !== "key" || id === by);
  return keys.some(({ confirmedAt, renewalAskedAt }) => confirmedAt !== null && renewalAskedAt !== null);
}

/** Agents tell it in each contact; it is written when it is another one. */
async function keepToken({ secrets }: GlpiDeps, { agentId }: KnownAgent, token: string): Promise<void> {
  const name = "httpd.inventory.token";
  if ((await secrets.get(agentId, name)) !== token) await secrets.put(agentId, name, token);
}

/** What is kept beside what all inventory agents say; what is in here and changes makes the agent enrol anew. */
const attributesOf = (message: Contact, httpd: object | undefined, from: string | undefined) => ({
  tasks: { installed: message["installed-tasks"] ?? null, enabled: message["enabled-tasks"] ?? null },
  httpd: httpd ?? null,
  from: from ?? null,
});

/**
 * An agent whose contact fails forgets that we speak its protocol, begins anew in its next run, is answered in XML, and
 * sends an inventory in XML, which is never a part (wire/glpi.md section 3). Behind a proxy the PROLOG is answered by that, in
 * JSON, and the next contact would be refused again, for ever: such an agent sends all of it by itself, in its 15th run at the latest.
 */
function refusePartial({ config }: GlpiDeps, { attributes }: KnownAgent, proxies: readonly string[]): void {
  if (config.forceFull && proxies.length === 0 && attributes["needsFull"] === true)
    throw new GatehouseError("conflict", "A full inventory is needed: it is asked for in the next run.");
}
