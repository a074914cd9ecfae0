import {
  type Candidate,
  type Evidence,
  type Item,
  identityRules,
  type Newcomer,
  normalise,
  type Spread,
  spreadKey,
  usable,
} from "@gatehouse/core/nodes";
import type { Run } from "../session.js";
import { LOCK_ALL_EVIDENCE, LOCK_EVIDENCE, MOST_LOCKS } from "./identity-locks.js";

/**
 * Rows that are looked at for one piece of evidence: a balancer's address may stand on every node. Of nodes in quarantine,
 * of which there are few, besides: whoever repeats a machine's serial must not hide the machine behind them.
 */
const MOST_HITS = 60;
/** Nodes that are compared. */
const MOST_CANDIDATES = 20;

const HITS = {
  name: "identity.hits",
  text: `select distinct said.kind, said.key, hit.node_id as "nodeId", hit.is_quarantined as "isQuarantined"
         from unnest($1::text[], $2::text[]) as said (kind, key)
         cross join lateral (
           (select e.node_id, false as is_quarantined from node_evidence e join nodes n on n.id = e.node_id
            where e.value_key = said.key and e.kind = said.kind and n.state <> 'quarantined' limit ${MOST_HITS})
           union all
           (select e.node_id, true from (select node_id from node_evidence
                                         where value_key = said.key and kind = said.kind limit ${MOST_HITS}) e
            join nodes n on n.id = e.node_id where n.state = 'quarantined')) as hit`,
};

/** The nodes stay while they are looked at. What a collector said of a host is its host's, and as sure as anybody's word. */
const CANDIDATES = {
  name: "identity.candidates",
  text: `select n.id as "nodeId", n.name, n.state,
           (select coalesce(jsonb_agg(jsonb_build_object('agentId', a.id, 'family', a.family, 'trust', a.trust,
                                                         'lastSeen', c.last_seen)), '[]')
            from agents a left join agent_contacts c on c.agent_id = a.id where a.node_id = n.id) as agents,
           (select coalesce(jsonb_agg(jsonb_build_object('agentId', coalesce(e.agent_id, e.inventory_id), 'kind', e.kind, 'value', e.value,
                                                         'proof', e.proof)), '[]')
            from node_evidence e where e.node_id = n.id and e.value_key is not null) as evidence
         from nodes n where n.id = any($1::uuid[]) order by n.id for key share of n`,
};

type Row = Omit<Candidate, "agents"> & {
  readonly agents: readonly (Omit<Candidate["agents"][number], "lastSeen"> & { readonly lastSeen: string | null })[];
};

export interface Found {
  readonly candidates: readonly Candidate[];
  readonly spread: Spread;
}

/**
 * Until the transaction ends, whoever brings some of the same evidence waits. To be called once, before any row of a node
 * is changed: whoever is waited for may need that row.
 */
export async function lockEvidence(run: Run, evidence: readonly Evidence[]): Promise<void> {
  // All of them: an agent that is known has what several sources say.
  const items = evidence.flatMap((each) => normalise([each]).items);
  if (items.length === 0) return;
  // What many have already tells nothing, and a fleet behind one balancer must not stand in a queue for its address.
  const spread = spreadOf(await hitsOf(run, items));
  // One more than that: an agent's own node may be among them.
  const telling = items.filter((item) => (spread.get(spreadKey(item)) ?? 0) <= identityRules.mostNodes[item.kind] + 1);
  const keys = [...new Set(telling.map(spreadKey))];
  if (keys.length > MOST_LOCKS) await run(LOCK_ALL_EVIDENCE);
  else if (keys.length > 0) await run(LOCK_EVIDENCE, [keys]);
}

/**
 * The nodes that have some of the evidence, and how many have each piece; the evidence is locked.
 * @param ownNodeId counts for no other
 */
export async function findCandidates(
  run: Run,
  newcomer: Pick<Newcomer, "evidence">,
  ownNodeId?: string,
): Promise<Found> {
  const { items } = normalise(newcomer.evidence);
  if (items.length === 0) return { candidates: [], spread: new Map() };
  const hits = await hitsOf(run, items);
  const spread = spreadOf(hits, ownNodeId);
  const counts = new Set(usable(newcomer, spread).items.map(spreadKey));
  const times = new Map<string, number>();
  for (const hit of hits) {
    // Those in quarantine come last.
    if (counts.has(spreadKey(hit)))
      times.set(hit.nodeId, (times.get(hit.nodeId) ?? 0) + (hit.isQuarantined ? 0.01 : 1));
  }
  const ids = [...times]
    .toSorted(([a, timesA], [b, timesB]) => timesB - timesA || (a < b ? -1 : 1))
    .slice(0, MOST_CANDIDATES)
    .map(([id]) => id);
  if (ids.length === 0) return { candidates: [], spread };
  const rows = await run<Row>(CANDIDATES, [ids]);
  return { candidates: rows.map(candidateOf), spread };
}

type Hit = Pick<Item, "kind" | "key"> & { readonly nodeId: string; readonly isQuarantined: boolean };

/** Who has some of these items. */
export const hitsOf = (run: Run, items: readonly Item[]): Promise<Hit[]> =>
  run<Hit>(HITS, [items.map(({ kind }) => kind), items.map(({ key }) => key)]);

/** What is in quarantine makes no evidence common: whoever repeats a machine's serial must not take its worth from it. */
export function spreadOf(hits: readonly Hit[], ownNodeId?: string): Map<string, number> {
  const spread = new Map<string, number>();
  for (const hit of hits) {
    if (hit.nodeId !== ownNodeId && !hit.isQuarantined)
      spread.set(spreadKey(hit), (spread.get(spreadKey(hit)) ?? 0) + 1);
  }
  return spread;
}

const candidateOf = (row: Row): Candidate => ({
  ...row,
  agents: row.agents.map((agent) => ({
    ...agent,
    lastSeen: agent.lastSeen === null ? null : new Date(agent.lastSeen),
  })),
});
