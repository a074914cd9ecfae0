import { isDeepStrictEqual } from "node:util";
import { GatehouseError } from "@gatehouse/core/errors";
import type { AgentAttributes, AgentProof, Enrolment, EnrolmentResult, KnownAgent } from "@gatehouse/core/nodes";
import { noteCaller, observedAddress, type RouteRequest } from "@gatehouse/http";
import {
  type AgentSaid,
  admit,
  admitNew,
  agentIdAlias,
  enrolmentOf,
  held,
  riseOf,
  type Sender,
} from "@gatehouse/inventory";
import type { GlpiDeps } from "./deps.js";
import { isEncrypted } from "./headers.js";
import { registerPolicy } from "./register/policy.js";
import { beginsByShared, isOwnProof, registrationOf } from "./register/registration.js";

/** A message with what its sender proved. */
export interface Sent {
  readonly request: RouteRequest;
  readonly proof: AgentProof;
}

/** An agent, and whether what it says is taken or held until a person looked. */
export interface Admitted {
  readonly agent: KnownAgent;
  readonly verdict: "taken" | "held";
}

/** @throws forbidden when an operator has taken the agent's node out of service */
export function refuseDeactivated(agent: KnownAgent | undefined): void {
  if (agent?.state === "deactivated") {
    throw new GatehouseError("forbidden", "The node is deactivated.", {
      detail: `rule: node ${agent.nodeId} is deactivated, by an operator`,
    });
  }
}

/**
 * Whether a message of this sender is taken or held, before anything is changed by it. Who proved more than before is trusted as
 * much from then on.
 * @throws unauthenticated, forbidden: as `admit` of `@gatehouse/inventory`; forbidden for a plain message of an agent whose are to be encrypted
 */
export async function admitted(deps: GlpiDeps, sender: Sender, { request, proof }: Sent): Promise<"taken" | "held"> {
  const { known } = sender;
  if (known !== undefined) noteCaller(request, known);
  if (known !== undefined) await refusePlain(deps, known, request);
  const verdict = await admit(deps, sender, proof, deps.access(request));
  if (known !== undefined) await noteProof(deps, known, { request, proof });
  return verdict;
}

/** From then on it has to prove as much; and one that registered with a shared token, and shows a proof of its own, is not replaced by that token. */
async function noteProof({ registry }: GlpiDeps, known: KnownAgent, { request, proof }: Sent): Promise<void> {
  const rise = riseOf(known, proof, observedAddress(request.raw));
  const proven = (before: AgentAttributes) => ({
    ...before,
    registered: { ...registrationOf({ attributes: before }), proven: true },
  });
  const { agentId } = known.attributes;
  const isNews = isOwnProof(proof) && beginsByShared(known);
  if (rise !== undefined) await registry.enrol(isNews ? { ...rise, merge: proven } : rise);
  else if (isNews && typeof agentId === "string") await registry.amendAgent(agentIdAlias(agentId), proven);
}

/**
 * No falling back to plain: an agent that has used its key goes on with it where the policy says so. A key that it never used
 * bars nothing: the answer that it came in may be lost.
 * @throws forbidden
 */
async function refusePlain(deps: GlpiDeps, known: KnownAgent, { headers }: RouteRequest): Promise<void> {
  const { agentId } = known.attributes;
  if (isEncrypted(headers) || typeof agentId !== "string" || registrationOf(known)?.encrypted !== true) return;
  if (registerPolicy(await deps.assignments.of(known), deps.config.register).encrypt !== "required") return;
  const now = deps.clock.now();
  const keys = await deps.agentKeys.live(agentId);
  if (keys.some(({ confirmedAt, expiresAt }) => confirmedAt !== null && expiresAt > now))
    throw new GatehouseError("forbidden", "This agent encrypts its messages.", {
      detail: "rule: a plain message of an agent that has a key",
    });
}

/**
 * The agent that says this of itself, enrolled or renewed where something that is kept of it is other than before.
 * @throws unauthenticated, forbidden: as {@link admitted}
 */
export async function enrolled(deps: GlpiDeps, said: AgentSaid, sent: Sent): Promise<Admitted> {
  const enrolment = enrolmentOf({ ...said, proof: sent.proof });
  const known = await deps.registry.findAgent(enrolment.alias);
  const verdict = await admitted(deps, { ...said, known }, sent);
  if (known !== undefined && saysNothingNew(enrolment, known)) {
    deps.registry.touch(known.agentId, deps.clock.now());
    return { agent: known, verdict };
  }
  const { agent, created } = await written(deps, verdict === "held" ? held(enrolment) : enrolment, sent);
  // Another message of it was faster: now it is judged as one that is known.
  if (!created)
    return { agent, verdict: known === undefined ? await admitted(deps, { ...said, known: agent }, sent) : verdict };
  return { agent, verdict: await admitNew(deps, agent, sent.proof, deps.access(sent.request), verdict) };
}

/** Whether all that an enrolment says is kept already. */
export const saysNothingNew = ({ merge }: Pick<Enrolment, "merge">, { attributes }: KnownAgent): boolean =>
  isDeepStrictEqual(plain(merge(attributes)), plain(attributes));

/**
 * Enrols, and tells who that is now.
 * @throws forbidden for one of a deactivated node, conflict for one that was purged meanwhile
 */
export async function written(
  { registry, clock }: Pick<GlpiDeps, "registry" | "clock">,
  enrolment: Enrolment,
  sent: Sent,
): Promise<{ readonly agent: KnownAgent; readonly created: boolean }> {
  const result = await registry.enrol(enrolment);
  const agent = await registry.findAgent(enrolment.alias);
  if (agent === undefined) throw new GatehouseError("conflict", "The agent was purged just now; it may call again.");
  noteCaller(sent.request, agent);
  refuseDeactivated(agent);
  if (result.created) noteEnrolled(sent, enrolment, result);
  registry.touch(agent.agentId, clock.now());
  return { agent, created: result.created };
}

export function noteEnrolled({ request }: Sent, { nodeName, alias }: Enrolment, { nodeId }: EnrolmentResult): void {
  request.log.info("agent enrolled", { protocol: "glpi", agent: alias.value, node: nodeId, name: nodeName });
}

/** As the database gives it back. */
const plain = (attributes: object): unknown => JSON.parse(JSON.stringify(attributes));
