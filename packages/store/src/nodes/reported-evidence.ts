import type { AgentFamily, Evidence, Trust } from "@gatehouse/core/nodes";
import type { Run } from "../session.js";
import {
  type EvidenceSource,
  type KnownEvidence,
  knownEvidence,
  onceEach,
  saysOther,
  writeEvidence,
} from "./evidence.js";
import { lockEvidence } from "./identity-candidates.js";
import { lookAgain } from "./identity-decisions.js";
import { AGENTS_COME } from "./identity-locks.js";

/** In the order of their nodes, locked: other workers have other agents of the same. */
const AGENTS = {
  name: "evidence.agents",
  text: `select a.id as "agentId", a.node_id as "nodeId", a.family, a.trust
         from agents a join nodes n on n.id = a.node_id where a.id = any($1::uuid[]) order by n.id, a.id for no key update of n`,
};

/** What one word of an agent tells of its machine. */
export interface EvidenceSaid {
  readonly agentId: string;
  readonly source: EvidenceSource;
  readonly evidence: readonly Evidence[];
  /** It told a part only: of the kinds that it says nothing of, all is as before. */
  readonly isPartial?: boolean;
}

/** What is to be written, and what has to be locked before that. */
export interface EvidenceChanges {
  readonly changed: readonly (Omit<EvidenceSaid, "evidence"> & { readonly evidence: readonly Required<Evidence>[] })[];
  readonly toLock: readonly Evidence[];
}

/**
 * What agents say of their machines now that was not known. Usually nothing: one statement for all of them.
 * @param said in the order of acceptance
 */
export async function changedEvidence(run: Run, said: readonly EvidenceSaid[]): Promise<EvidenceChanges> {
  const newest = new Map<string, EvidenceSaid[]>();
  for (const each of said) {
    const key = `${each.agentId} ${each.source}`;
    newest.set(key, each.isPartial ? [...(newest.get(key) ?? []), each] : [each]);
  }
  if (newest.size === 0) return { changed: [], toLock: [] };
  const known = await knownEvidence(run, [...new Set(said.map(({ agentId }) => agentId))]);
  const byAgent = new Map<string, KnownEvidence[]>();
  for (const each of known) byAgent.set(each.agentId, [...(byAgent.get(each.agentId) ?? []), each]);
  const changed = [...newest.values()].flatMap((words) => {
    const [first] = words;
    if (first === undefined) return [];
    const { agentId, source } = first;
    const ofAgent = byAgent.get(agentId) ?? [];
    const before = ofAgent.filter((each) => each.source === source);
    const evidence = onceEach(
      words.reduce<readonly Evidence[]>(
        (was, { evidence: now, isPartial }) => (isPartial ? added(was, now) : now),
        before,
      ),
    );
    return saysOther(ofAgent, source, evidence) ? [{ agentId, source, evidence }] : [];
  });
  const toLock = changed.flatMap(({ agentId, evidence }) => [...(byAgent.get(agentId) ?? []), ...evidence]);
  return { changed, toLock };
}

/** Of each kind what is said now, else what was said before. */
function added(was: readonly Evidence[], now: readonly Evidence[]): Evidence[] {
  const kinds = new Set(now.map(({ kind }) => kind));
  return [...was.filter(({ kind }) => !kinds.has(kind)), ...now];
}

/**
 * Writes what changed, and looks at those agents again; under the locks of {@link AGENTS_COME} and of the evidence.
 * @param agentIds all whose nodes the transaction is going to change
 */
export async function writeChangedEvidence(
  run: Run,
  { changed }: EvidenceChanges,
  agentIds: readonly string[],
): Promise<void> {
  if (changed.length === 0) return;
  const agents = await run<{ agentId: string; nodeId: string; family: AgentFamily; trust: Trust }>(AGENTS, [
    [...new Set([...agentIds, ...changed.map(({ agentId }) => agentId)])],
  ]);
  for (const { family, trust, ...agent } of agents) {
    const words = changed.filter(({ agentId }) => agentId === agent.agentId);
    if (words.length === 0) continue;
    for (const { source, evidence } of words) await writeEvidence(run, agent, source, evidence);
    await lookAgain(run, agent, { family, trust });
  }
}

/**
 * What agents tell of their machines, inside the caller's transaction and under its hold on the agents. Usually that is
 * what is known: one statement for all of them, and nothing is written.
 * @param said in the order of acceptance
 * @param agentIds all whose nodes the transaction is going to change
 * @param toLock evidence that the transaction is going to write by itself
 */
export async function applyEvidence(
  run: Run,
  said: readonly EvidenceSaid[],
  agentIds: readonly string[],
  toLock: readonly Evidence[] = [],
): Promise<void> {
  const changes = await changedEvidence(run, said);
  if (changes.changed.length + toLock.length === 0) return;
  await run(`select ${AGENTS_COME}`);
  await lockEvidence(run, [...changes.toLock, ...toLock]);
  await writeChangedEvidence(run, changes, agentIds);
}
