import { GatehouseError } from "@gatehouse/core/errors";
import type { IdentityChange } from "@gatehouse/core/nodes";
import { type FactsRow, moveFacts } from "../facts/move.js";
import type { Run } from "../session.js";
import { releaseHeld } from "../submissions/held.js";
import { QUEUE_LOCK } from "../submissions/inbox.js";

/** A node's own row, as the journal keeps it. */
export interface NodeRow {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly named_by: string | null;
  readonly merged_ids: readonly string[];
}

/** What a merge needs to be undone. */
export interface MergeDetail {
  /** The node that went. */
  readonly node: NodeRow;
  /** What the other got of it. */
  readonly labels: NodeRow["labels"];
  readonly settings: NodeRow["settings"];
  /** Its facts of sources that the other had facts of too. */
  readonly facts: readonly FactsRow[];
  /** Inventories of hosts without agents that were on it; missing where it was written before there were any. */
  readonly hosts?: readonly string[];
  /** Its conflicts, as they were. */
  readonly conflicts: readonly { readonly id: string; readonly node_id: string; readonly other_node_id: string }[];
}

/** What a split needs to be undone: whose name the node bore. */
export interface SplitDetail {
  readonly name: string;
  readonly named_by: string | null;
}

/** An {@link IdentityChange} with what undoes it. */
export type StoredChange = IdentityChange & { readonly detail: MergeDetail | SplitDetail };

export const CHANGE_COLUMNS = `
  id, kind, at, by, jsonb_build_object('id', node_id, 'name', node_name) as node,
  jsonb_build_object('id', other_node_id, 'name', other_name) as other, agents, undone_at as "undoneAt", undone_by as "undoneBy"`;

const RECORD = `
  insert into identity_changes (kind, by, node_id, node_name, other_node_id, other_name, agents, detail)
  values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${CHANGE_COLUMNS}`;

/** Writes a change into the journal. */
export async function recordChange(
  run: Run,
  change: Pick<StoredChange, "kind" | "by" | "node" | "other" | "agents" | "detail">,
): Promise<IdentityChange> {
  const { kind, by, node, other, agents, detail } = change;
  const values = [kind, by, node.id, node.name, other.id, other.name, agents, JSON.stringify(detail)];
  const [row] = await run<IdentityChange>(RECORD, values);
  if (row === undefined) throw new Error("an insert returned no row");
  return row;
}

/** The nodes with these ids, locked; in the order of the ids given. @throws not-found */
export async function lockNodes(run: Run, ids: readonly string[]): Promise<NodeRow[]> {
  const rows = await run<{ node: NodeRow }>(
    "select to_jsonb(n) as node from nodes n where id = any($1::uuid[]) order by id for update",
    [ids],
  );
  return ids.map((id) => {
    const found = rows.find(({ node }) => node.id === id);
    if (found === undefined) throw new GatehouseError("not-found", `There is no node ${id}.`);
    return found.node;
  });
}

/** Ids of a node's agents, the eldest first. */
export async function agentsOf(run: Run, nodeId: string): Promise<string[]> {
  const rows = await run<{ id: string }>("select id from agents where node_id = $1 order by created_at, id", [nodeId]);
  return rows.map(({ id }) => id);
}

/**
 * Puts agents onto another node, with what they said.
 * @throws conflict while something that one of them handed in is being processed
 */
export async function moveAgents(
  run: Run,
  agentIds: readonly string[],
  nodeId: string,
  why: { readonly by: string; readonly changeId: string },
): Promise<void> {
  await moveFacts(run, agentIds, nodeId);
  await run("update agents set node_id = $2 where id = any($1::uuid[])", [agentIds, nodeId]);
  // Whose node somebody let in, or put it onto one that is, is heard.
  await releaseHeld(run, await outOfQuarantine(run, agentIds, nodeId));
  await run("update node_evidence set node_id = $2 where agent_id = any($1::uuid[])", [agentIds, nodeId]);
  // What they collected of others stays with those.
  await run("update inventories set node_id = $2 where agent_id = any($1::uuid[]) and not is_collected", [
    agentIds,
    nodeId,
  ]);
  await run(
    "insert into identity_decisions (agent_id, by, change_id) select id, $2, $3 from unnest($1::uuid[]) as id",
    [agentIds, why.by, why.changeId],
  );
}

/** The agents, where what they hand in on this node is processed. */
async function outOfQuarantine(run: Run, agentIds: readonly string[], nodeId: string): Promise<readonly string[]> {
  const rows = await run("select from nodes where id = $1 and state in ('active', 'expired')", [nodeId]);
  return rows.length > 0 ? agentIds : [];
}

/** The inventories of hosts without agents that are on a node. */
export async function hostsOf(run: Run, nodeId: string): Promise<string[]> {
  const rows = await run<{ id: string }>("select id from inventories where node_id = $1 and is_collected order by id", [
    nodeId,
  ]);
  return rows.map(({ id }) => id);
}

/** Puts those of the hosts that are on one node onto another. */
export async function moveHosts(run: Run, ids: readonly string[], fromId: string, nodeId: string): Promise<void> {
  for (const [table, id] of [
    ["inventories", "id"],
    ["node_evidence", "inventory_id"],
  ])
    await run(`update ${table} set node_id = $3 where ${id} = any($1::uuid[]) and node_id = $2`, [ids, fromId, nodeId]);
}

/** Holds the queues of agents until the transaction ends. @throws conflict while one of them is being processed */
export async function holdQueues(run: Run, agentIds: readonly string[]): Promise<void> {
  const rows = await run<{ free: boolean }>(
    `select pg_try_advisory_xact_lock(${QUEUE_LOCK}, hashtext(id::text)) as free from unnest($1::uuid[]) as id`,
    [agentIds],
  );
  if (rows.some(({ free }) => !free))
    throw new GatehouseError("conflict", "What these agents handed in is being processed; try again in a moment.");
}
