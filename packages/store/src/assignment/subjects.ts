import type { FactsOnTheirWay } from "@gatehouse/core/assignment";
import type { Subject } from "@gatehouse/core/expression";
import type { AgentTraits, NodeSettings } from "@gatehouse/core/nodes";
import type { Database } from "../database.js";

/** A node as rules see it, with what it was given by hand and the revisions at which it was read. */
export interface LoadedSubject {
  readonly subject: Subject;
  readonly byHand: NodeSettings;
  readonly revision: number;
  readonly groupsRevision: number;
}

interface SubjectRow {
  readonly id: string;
  readonly mergedIds: readonly string[];
  readonly name: string;
  readonly state: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly settings: NodeSettings;
  readonly revision: number;
  readonly groupsRevision: number;
  readonly agents: readonly { readonly family: string; readonly traits: AgentTraits }[] | null;
  readonly aliases: readonly (readonly [kind: string, value: string])[] | null;
  readonly evidence: readonly (readonly [kind: string, value: string])[] | null;
  readonly facts: readonly Readonly<Record<string, unknown>>[] | null;
}

const LOAD = {
  name: "nodes.subject",
  text: `select n.id, n.merged_ids as "mergedIds", n.name, n.state, n.labels, n.settings, n.revision::float8 as revision,
           (select revision::float8 from groups_revision) as "groupsRevision",
           (select jsonb_agg(jsonb_build_object('family', a.family, 'traits', a.traits) order by a.created_at, a.id)
            from agents a where a.node_id = n.id) as agents,
           (select jsonb_agg(jsonb_build_array(l.kind, l.value) order by l.kind, l.value)
            from agents a join agent_aliases l on l.agent_id = a.id where a.node_id = n.id) as aliases,
           (select jsonb_agg(jsonb_build_array(e.kind, e.value) order by e.kind, e.value)
            from node_evidence e where e.node_id = n.id) as evidence,
           (select jsonb_agg(f.facts order by f.source) from facts f where f.node_id = n.id and f.source is distinct from $2) as facts
         from nodes n where n.id = $1`,
};

/** @param saying in the place of what is stored @returns undefined when there is no such node */
export async function loadSubject(
  db: Pick<Database, "read">,
  nodeId: string,
  saying?: FactsOnTheirWay,
): Promise<LoadedSubject | undefined> {
  const [row] = await db.read<SubjectRow>(LOAD, [nodeId, saying?.source ?? null]);
  if (row === undefined) return undefined;
  const { settings: byHand, revision, groupsRevision } = row;
  const facts = saying === undefined ? row.facts : [...(row.facts ?? []), saying.facts];
  return { subject: subjectOf({ ...row, facts }), byHand, revision, groupsRevision };
}

function subjectOf({ agents, aliases, evidence, facts, ...row }: SubjectRow): Subject {
  const all = agents ?? [];
  const traits = all.map((agent) => agent.traits);
  const { id, mergedIds, name, state, labels } = row;
  return {
    id,
    mergedIds,
    name,
    state,
    labels,
    protocols: [...new Set(all.map(({ family }) => family))],
    aliases: byKind(aliases ?? []),
    evidence: byKind(evidence ?? []),
    versions: traits.flatMap(({ version }) => version ?? []),
    tags: traits.flatMap(({ tags }) => tags ?? []),
    installedTasks: traits.flatMap(({ installedTasks }) => installedTasks ?? []),
    enabledTasks: traits.flatMap(({ enabledTasks }) => enabledTasks ?? []),
    extensions: traits.flatMap(({ extensions }) => (extensions === undefined ? [] : [extensions])),
    facts: facts ?? [],
  };
}

function byKind(pairs: readonly (readonly [kind: string, value: string])[]): Record<string, string[]> {
  const kinds = new Map<string, string[]>();
  for (const [kind, value] of pairs) {
    const values = kinds.get(kind);
    if (values === undefined) kinds.set(kind, [value]);
    else values.push(value);
  }
  return Object.fromEntries(kinds);
}
