import { GatehouseError } from "@gatehouse/core/errors";
import type { PendingAnswers } from "@gatehouse/core/pending";
import type { AgentAnswer } from "@gatehouse/http";
import { agentIdAlias } from "@gatehouse/inventory";
import type { GlpiDeps } from "../deps.js";
import { admitted, refuseDeactivated, type Sent } from "../enrol.js";
import { type CommonHeaders, isEncrypted } from "../headers.js";

/** An agent asks twelve times, and gives up then (wire/glpi.md section 4). */
const ASKS = 12;

const pendingAnswer = (seconds: number, requestId: string): AgentAnswer => ({
  status: 202,
  syntax: "json",
  text: JSON.stringify({ status: "pending", expiration: `${seconds}s` }),
  headers: { "GLPI-Request-ID": requestId },
});

/** An answer that is ready, and is fetched later: it keeps the agent from sending the next message at once. */
export async function postponed(
  pending: PendingAnswers,
  agentId: string,
  answer: string,
  seconds: number,
): Promise<AgentAnswer> {
  const opened = await pending.open(seconds * (ASKS + 1), agentId);
  await pending.settle(opened, answer);
  return pendingAnswer(seconds, opened.requestId);
}

/**
 * The answer that was put off, to who asks for it by its id, and proves as much as was proved when it was put off: an agent that
 * did so once does so from then on. What is asked for under a key needs no proof: who has not the key cannot read it.
 * @throws request-malformed without an agent's id, not-found for what nobody put off, or was fetched; as `admitted`
 */
export async function poll(deps: GlpiDeps, { agentId, requestId }: CommonHeaders, sent: Sent): Promise<AgentAnswer> {
  if (agentId === undefined) throw new GatehouseError("request-malformed", "GLPI-Agent-ID is missing.");
  const known = await deps.registry.findAgent(agentIdAlias(agentId));
  if (isEncrypted(sent.request.headers)) refuseDeactivated(known);
  else await admitted(deps, { known, agentId, deviceId: "" }, sent);
  const taken =
    requestId === undefined ? undefined : await deps.pending.take({ agentId, requestId: requestId.toUpperCase() });
  if (taken === undefined || requestId === undefined)
    throw new GatehouseError("not-found", "No answer waits under this GLPI-Request-ID.");
  if (taken === "pending") return pendingAnswer(deps.config.pendingSeconds, requestId);
  return { status: 200, syntax: "json", text: taken.answer };
}
