import type { AgentFamily, Evidence, Trust } from "@gatehouse/core/nodes";
import type { FoundReport } from "../reports/apply.js";
import type { Run } from "../session.js";
import { knownEvidence, onceEach, saysOther, writeEvidence } from "./evidence.js";
import { lockEvidence } from "./identity-candidates.js";
import { lookAgain } from "./identity-decisions.js";
import { AGENTS_COME } from "./identity-locks.js";

/** In the order of their nodes, locked: other workers have other agents of the same. */
const AGENTS = {
  name: "evidence.agents",
  text: `select a.id as "agentId", a.node_id as "nodeId", a.family, a.trust
         from agents a join nodes n on n.id = a.node_id where a.id = any($1::uuid[]) order by n.id, a.id for no key update of n`,
};

/**
 * What reports tell of their machines, inside the caller's transaction and under its hold on the agents. Usually that is
 * what is known: one statement for all of them, and nothing is written.
 * @param found in the order of acceptance
 */
export async function applyEvidence(run: Run, found: readonly FoundReport[]): Promise<void> {
  const said = new Map<string, Required<Evidence>[]>();
  for (const { submission, fact } of found) if (fact.evidence) said.set(submission.agentId, onceEach(fact.evidence));
  if (said.size === 0) return;
  const known = await knownEvidence(run, [...said.keys()]);
  const of = (id: string) => known.filter(({ agentId }) => agentId === id);
  const changed = new Map([...said].filter(([id, evidence]) => saysOther(of(id), "report", evidence)));
  if (changed.size === 0) return;
  await run(`select ${AGENTS_COME}`);
  await lockEvidence(
    run,
    [...changed].flatMap(([id, evidence]) => [...of(id), ...evidence]),
  );
  const agents = await run<{ agentId: string; nodeId: string; family: AgentFamily; trust: Trust }>(AGENTS, [
    [...new Set(found.map(({ submission }) => submission.agentId))],
  ]);
  for (const { family, trust, ...agent } of agents) {
    const evidence = changed.get(agent.agentId);
    if (evidence === undefined) continue;
    await writeEvidence(run, agent, "report", evidence);
    await lookAgain(run, agent, { family, trust });
  }
}
