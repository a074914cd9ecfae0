import { type ConflictFound, type Decision, decide, type Evidence, type Newcomer } from "@gatehouse/core/nodes";
import type { Run } from "../session.js";
import { findCandidates, lockEvidence } from "./identity-candidates.js";

const KEEP = {
  name: "identity.keep-decision",
  text: "insert into identity_decisions (agent_id, by, decision) values ($1, 'policy', $2)",
};

const EVIDENCE = {
  name: "identity.evidence",
  text: "select kind, value, proof from node_evidence where agent_id = $1 and value_key is not null",
};

const RAISE = {
  name: "identity.raise",
  text: `with raised as (
           insert into identity_conflicts (node_id, other_node_id, kind, score, why)
           select $1::uuid, other, kind, score, $5 from unnest($2::uuid[], $3::text[], $4::int[]) as found (other, kind, score)
           on conflict do nothing returning other_node_id, kind, score)
         insert into audit_events (actor, action, subject, detail)
         select 'policy', 'identity.conflict', $1::text,
                jsonb_build_object('other', other_node_id, 'kind', kind, 'score', score, 'agent', $6::text) from raised`,
};

/** Where a newcomer belongs. Whoever comes with some of the same evidence waits until this transaction ends. */
export async function decideFor(run: Run, newcomer: Newcomer): Promise<Decision> {
  await lockEvidence(run, newcomer.evidence);
  const { candidates, spread } = await findCandidates(run, newcomer);
  return decide(newcomer, candidates, spread, new Date());
}

/** Keeps why a new agent is where it is, and asks people what only they can say. */
export async function keepDecision(
  run: Run,
  { agentId, nodeId }: { readonly agentId: string; readonly nodeId: string },
  decision: Decision,
): Promise<void> {
  await run(KEEP, [agentId, JSON.stringify(decision)]);
  await raiseConflicts(run, { agentId, nodeId }, decision.conflicts, decision.why);
}

/**
 * Looks at a known agent again, whose evidence has changed, and is locked. It stays where it is, whatever comes of it; where another
 * node fits better than what else is known of its own, a person is asked.
 */
export async function lookAgain(
  run: Run,
  { agentId, nodeId }: { readonly agentId: string; readonly nodeId: string },
  as: Pick<Newcomer, "family" | "trust">,
): Promise<void> {
  const newcomer: Newcomer = { ...as, evidence: await run<Evidence & Record<string, unknown>>(EVIDENCE, [agentId]) };
  const { candidates, spread } = await findCandidates(run, newcomer, nodeId);
  const others = candidates.filter((candidate) => candidate.nodeId !== nodeId);
  if (others.length === 0) return;
  const now = new Date();
  const { outcome, conflicts, considered, why } = decide(newcomer, others, spread, now);
  const found =
    outcome === "new"
      ? conflicts
      : considered.slice(0, 1).map(({ nodeId: other, score }) => ({ nodeId: other, score, kind: "moved" as const }));
  const own = candidates
    .filter((candidate) => candidate.nodeId === nodeId)
    .map((candidate) => ({
      ...candidate,
      evidence: candidate.evidence.filter((each) => each.agentId !== agentId),
    }));
  const ownScore = decide(newcomer, own, spread, now).considered[0]?.score ?? 0;
  await raiseConflicts(
    run,
    { agentId, nodeId },
    found.filter(({ score }) => score > ownScore),
    why,
  );
}

/** Asks people what only they can say, once of each two nodes, and puts it into the audit. */
export async function raiseConflicts(
  run: Run,
  { agentId, nodeId }: { readonly agentId: string; readonly nodeId: string },
  conflicts: readonly ConflictFound[],
  why: string,
): Promise<void> {
  if (conflicts.length === 0) return;
  await run(RAISE, [
    nodeId,
    conflicts.map((conflict) => conflict.nodeId),
    conflicts.map(({ kind }) => kind),
    conflicts.map(({ score }) => score),
    why,
    agentId,
  ]);
}
