import type { NodeView } from "@gatehouse/core/nodes";

/** What it hands in is not looked at, so that there is the one it calls from; a person may have moved agents to it. */
const MOST_ADDRESSES = 5;

/**
 * A node in quarantine, for who is to say whether it may come in.
 * @param held how many submissions of an agent are kept
 */
export function quarantinedView(node: NodeView, held: ReadonlyMap<string, number>) {
  const { id, name, stateSince, stateBy, lastSeen, evidence, agents } = node;
  return {
    ...{ id, name, since: stateSince, by: stateBy, lastSeen },
    addresses: evidence.flatMap(({ kind, value }) => (kind === "address" ? value : [])).slice(0, MOST_ADDRESSES),
    held: agents.reduce((sum, agent) => sum + (held.get(agent.id) ?? 0), 0),
    agents: agents.map((agent) => ({ id: agent.id, family: agent.family, aliases: agent.aliases })),
  };
}
