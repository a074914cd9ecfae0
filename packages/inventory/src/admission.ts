import type { Assignments } from "@gatehouse/core/assignment";
import { type AgentProof, type Enrolment, isTrusted, type KnownAgent, type NodeRegistry } from "@gatehouse/core/nodes";
import { type AccessBase, judge, policyWith, type Sender } from "./access.js";
import { enrolmentOf, shownProof } from "./agents.js";

export interface AgentAdmissionDeps {
  readonly registry: Pick<NodeRegistry, "quarantine" | "setState">;
  readonly assignments: Pick<Assignments, "of">;
}

/**
 * What {@link admit} says, and nothing is changed by it: for who has to do something else before the agent is let in.
 * @throws unauthenticated, forbidden: as {@link judge}
 */
export async function judged(
  { assignments }: Pick<AgentAdmissionDeps, "assignments">,
  sender: Sender,
  proof: AgentProof,
  base: AccessBase,
): Promise<"taken" | "held"> {
  const { known } = sender;
  return judge(sender, proof, policyWith(base, known === undefined ? {} : await assignments.of(known)));
}

/**
 * Whether a message is taken or held, by what its sender proved and what its groups say. Who proves itself is let out of
 * quarantine with that; what was handed in under its name before is dropped: anybody may have written it.
 * @throws unauthenticated, forbidden: as {@link judge}
 */
export async function admit(
  { registry, assignments }: AgentAdmissionDeps,
  sender: Sender,
  proof: AgentProof,
  base: AccessBase,
): Promise<"taken" | "held"> {
  const { known } = sender;
  const verdict = await judged({ assignments }, sender, proof, base);
  if (known?.state === "quarantined" && verdict === "taken")
    await registry.setState(known.nodeId, "active", "enrolment", "dropped");
  return verdict;
}

/**
 * The same for an agent that has just become known: before that, no group could say anything of it. Its groups may be milder
 * than the configuration, and stricter. One that they refuse stays in quarantine, for operators to see who knocked.
 * @param agent as it was enrolled, in quarantine where `verdict` says so
 * @param verdict what was found before it was known
 * @throws unauthenticated, forbidden: as {@link judge}
 */
export async function admitNew(
  { registry, assignments }: AgentAdmissionDeps,
  agent: KnownAgent,
  proof: AgentProof,
  base: AccessBase,
  verdict: "taken" | "held",
): Promise<"taken" | "held"> {
  const policy = policyWith(base, await assignments.of(agent));
  const { agentId, deviceId } = agent.attributes;
  const said = { ...(typeof agentId === "string" && { agentId }), deviceId: String(deviceId ?? "") };
  let found: "taken" | "held";
  try {
    found = judge({ known: undefined, ...said }, proof, policy);
  } catch (thrown) {
    if (verdict === "taken") await registry.quarantine(agent.agentId, "policy");
    throw thrown;
  }
  if (found === "held" && verdict === "taken") await registry.quarantine(agent.agentId, "policy");
  if (found === "taken" && verdict === "held") await registry.setState(agent.nodeId, "active", "policy");
  return found;
}

/** How a new agent becomes known whose message is held: in quarantine, in a node of its own. */
export const held = (enrolment: Enrolment): Enrolment => ({ ...enrolment, quarantined: true });

/**
 * What raises a known agent's trust to what it proved now, and says nothing else of it. From then on it has to prove as much
 * ({@link judge}).
 * @param from the address that it called from, as we saw it
 * @returns undefined where it is trusted as much already
 */
export function riseOf({ trust, attributes }: KnownAgent, proof: AgentProof, from?: string): Enrolment | undefined {
  const { agentId, deviceId } = attributes;
  if (isTrusted(trust, proof.trust) || typeof deviceId !== "string") return undefined;
  return {
    ...enrolmentOf({
      ...(typeof agentId === "string" && { agentId }),
      ...(from !== undefined && { from }),
      ...{ deviceId, proof },
    }),
    role: "proof",
    detail: shownProof(proof),
    merge: (before) => before,
  };
}
