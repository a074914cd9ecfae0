import type { AgentFamily, Evidence, Trust } from "@gatehouse/core/nodes";
import type { FoundReport } from "../reports/apply.js";
import type { Run } from "../session.js";
import { onceEach, writeEvidence } from "./evidence.js";
import { lookAgain } from "./identity-decisions.js";
import { AGENTS_COME, EVIDENCE_IN_STEPS } from "./identity-locks.js";

const KNOWN = {
  name: "evidence.known",
  text: `select agent_id as "agentId", kind || '/' || value as key, source from node_evidence where agent_id = any($1::uuid[])`,
};

const AGENTS = {
  name: "evidence.agents",
  text: `select id as "agentId", node_id as "nodeId", family, trust from agents where id = any($1::uuid[]) order by node_id, id`,
};

/**
 * What reports tell of their machines, inside the caller's transaction and under its hold on the agents. Usually that is
 * what is known: one statement for all of them, and nothing is written.
 * @param found in the order of acceptance
 */
export async function applyEvidence(run: Run, found: readonly FoundReport[]): Promise<void> {
  const said = new Map<string, readonly Evidence[]>();
  for (const { submission, fact } of found) if (fact.evidence) said.set(submission.agentId, onceEach(fact.evidence));
  if (said.size === 0) return;
  const known = await run<{ agentId: string; key: string; source: string }>(KNOWN, [[...said.keys()]]);
  const changed = [...said].filter(([agentId, evidence]) => {
    const keys = new Set(evidence.map(({ kind, value }) => `${kind}/${value}`));
    const mine = known.filter((row) => row.agentId === agentId);
    const there = new Set(mine.map(({ key }) => key));
    return (
      [...keys].some((key) => !there.has(key)) || mine.some((row) => row.source === "report" && !keys.has(row.key))
    );
  });
  if (changed.length === 0) return;
  await run(`select ${AGENTS_COME}, ${EVIDENCE_IN_STEPS}`);
  const agents = await run<{ agentId: string; nodeId: string; family: AgentFamily; trust: Trust }>(AGENTS, [
    changed.map(([agentId]) => agentId),
  ]);
  for (const { family, trust, ...agent } of agents) {
    if (await writeEvidence(run, agent, "report", said.get(agent.agentId) ?? []))
      await lookAgain(run, agent, { family, trust });
  }
}
