/** The columns of a KnownAgent, of {@link AGENT_OF_ALIAS}. */
export const KNOWN_AGENT = `a.id as "agentId", a.node_id as "nodeId", a.attributes, n.settings, n.state, a.trust,
  n.revision::float8 as revision, (select revision::float8 from groups_revision) as "groupsRevision",
  exists (select from jobs j where j.agent_id = a.id and j.ended_at is null) as "hasWork"`;

/** The agent `a` on the node `n` of an alias: its family, kind and key are the statement's first values. */
export const AGENT_OF_ALIAS = `agent_aliases l join agents a on a.id = l.agent_id join nodes n on n.id = a.node_id
  where l.family = $1 and l.kind = $2 and l.value_key = $3`;
