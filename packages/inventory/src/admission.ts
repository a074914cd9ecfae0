import type { Assignments } from "@gatehouse/core/assignment";
import { type AgentProof, isTrusted, type KnownAgent, type NodeRegistry, noProof } from "@gatehouse/core/nodes";
import { type AccessBase, judge, policyWith, type Sender } from "./access.js";

export interface AgentAdmissionDeps {
  readonly registry: Pick<NodeRegistry, "setState">;
  readonly assignments: Pick<Assignments, "of">;
}

/**
 * Whether a message is taken or held, by what its sender proved and what its groups say. Who proves itself is let out of
 * quarantine with that.
 * @throws unauthenticated, forbidden: as {@link judge}
 */
export async function admit(
  { registry, assignments }: AgentAdmissionDeps,
  sender: Sender,
  proof: AgentProof,
  base: AccessBase,
): Promise<"taken" | "held"> {
  const { known } = sender;
  const verdict = judge(sender, proof, policyWith(base, known === undefined ? {} : await assignments.of(known)));
  if (known?.state === "quarantined" && verdict === "taken")
    await registry.setState(known.nodeId, "active", "enrolment");
  return verdict;
}

/**
 * The same for an agent that has just become known: before that, no group could say anything of it. One that its groups
 * refuse stays in quarantine, for operators to see who knocked.
 * @param verdict what was found before it was known
 */
export async function admitNew(
  { registry, assignments }: AgentAdmissionDeps,
  agent: KnownAgent,
  proof: AgentProof,
  base: AccessBase,
  verdict: "taken" | "held",
): Promise<"taken" | "held"> {
  if (verdict === "held" || isTrusted(proof.trust, "key")) return verdict;
  const policy = policyWith(base, await assignments.of(agent));
  if (policy.unproven === "allow") return "taken";
  await registry.setState(agent.nodeId, "quarantined", "policy");
  return judge({ known: { ...agent, state: "quarantined" }, deviceId: "" }, noProof, policy);
}
