import { GatehouseError } from "@gatehouse/core/errors";
import type { IdentityChange } from "@gatehouse/core/nodes";
import { cleanText } from "../clean.js";
import type { Database } from "../database.js";
import { doubledFacts, putBackFacts } from "../facts/move.js";
import type { Run } from "../session.js";
import {
  agentsOf,
  holdQueues,
  hostsOf,
  lockNodes,
  type MergeDetail,
  moveAgents,
  moveHosts,
  type NodeRow,
  recordChange,
} from "./identity-changes.js";
import { AGENTS_MOVE } from "./identity-locks.js";
import { MOST_LABELS } from "./labels.js";

const CONFLICTS = "select * from identity_conflicts where $1 in (node_id, other_node_id)";

/** The ids that a node brings along into another. */
const idsOf = ({ id, merged_ids }: NodeRow) => [id, ...merged_ids];

const GIVE = `
  update nodes set labels = $2::jsonb || labels, settings = $3::jsonb || settings, merged_ids = merged_ids || $4::uuid[]
  where id = $1`;

/** Those with others are now the other's, unless it has one with the same node. */
const MOVE_CONFLICTS = `
  update identity_conflicts c
  set node_id = case when node_id = $2 then $1 else node_id end,
      other_node_id = case when other_node_id = $2 then $1 else other_node_id end
  where $2 in (node_id, other_node_id) and $1 not in (node_id, other_node_id)
    and not exists (select from identity_conflicts o where $1 in (o.node_id, o.other_node_id)
                    and (case when c.node_id = $2 then c.other_node_id else c.node_id end) in (o.node_id, o.other_node_id))`;

/** Takes a node into another. @throws not-found; conflict */
export function mergeNodes(db: Database, nodeId: string, fromId: string, by: string): Promise<IdentityChange> {
  if (nodeId === fromId) return Promise.reject(new GatehouseError("conflict", "This is one node already."));
  return db.transaction(async (run) => {
    await run(`select ${AGENTS_MOVE}`);
    const [node, from] = (await lockNodes(run, [nodeId, fromId])) as [NodeRow, NodeRow];
    refuseOtherStates(node, from);
    const agents = await agentsOf(run, fromId);
    await holdQueues(run, agents);
    const detail: MergeDetail = {
      node: from,
      labels: missing(from.labels, node.labels),
      settings: missing(from.settings, node.settings),
      facts: await doubledFacts(run, fromId, nodeId),
      hosts: await hostsOf(run, fromId),
      conflicts: await run(CONFLICTS, [fromId]),
    };
    if (Object.keys({ ...node.labels, ...detail.labels }).length > MOST_LABELS)
      throw new GatehouseError("conflict", `Together they have more than ${MOST_LABELS} labels: take some away first.`);
    const change = await recordChange(run, {
      kind: "merge",
      by: cleanText(by),
      node: { id: nodeId, name: node.name },
      other: { id: fromId, name: from.name },
      agents,
      detail,
    });
    await moveAgents(run, agents, nodeId, { by: change.by, changeId: change.id });
    await moveHosts(run, detail.hosts ?? [], fromId, nodeId);
    await run(GIVE, [nodeId, JSON.stringify(detail.labels), JSON.stringify(detail.settings), idsOf(from)]);
    await run(MOVE_CONFLICTS, [nodeId, fromId]);
    await run("delete from nodes where id = $1", [fromId]);
    return change;
  });
}

function refuseOtherStates(node: NodeRow, from: NodeRow): void {
  // What nobody looked at takes in nothing that is in use; the other way round a person has just looked at it.
  if (node.state === "quarantined" && from.state !== "quarantined")
    throw new GatehouseError(
      "conflict",
      `${node.name} (${node.id}) is quarantined and the other is not: merge it into the other, or activate it first.`,
    );
  const isOut = ({ state }: NodeRow) => state === "deactivated";
  if (isOut(node) === isOut(from)) return;
  const { name, id } = isOut(node) ? node : from;
  throw new GatehouseError(
    "conflict",
    `${name} (${id}) is deactivated and the other is not: activate it first, or purge it.`,
  );
}

/** What the first has under keys that the second has not. */
const missing = <T>(first: Readonly<Record<string, T>>, second: Readonly<Record<string, T>>) =>
  Object.fromEntries(Object.entries(first).filter(([key]) => !Object.hasOwn(second, key)));

/** The row as it was; what a later schema added is as with the other, and its revision is a new one. */
const PUT_BACK = `
  insert into nodes select b.* from nodes a,
    jsonb_populate_record(a, $2::jsonb || jsonb_build_object('revision', nextval('node_revisions'))) as b where a.id = $1`;

/** What it got of the other, where it is still the same. */
const TAKE_BACK = (column: "labels" | "settings") => `
  update nodes set ${column} = ${column} - array(
    select got.key from jsonb_each($2::jsonb) as got where ${column} -> got.key = got.value)
  where id = $1`;

const TAKE_BACK_IDS = `
  update nodes set merged_ids = array(select id from unnest(merged_ids) as id where id <> all($2::uuid[])) where id = $1`;

const PUT_BACK_CONFLICTS = `
  insert into identity_conflicts (id, node_id, other_node_id, kind, score, why, state, raised_at, dismissed_at, dismissed_by)
  overriding system value
  select c.* from jsonb_populate_recordset(null::identity_conflicts, $1::jsonb) as c
  where exists (select from nodes where id = c.node_id) and exists (select from nodes where id = c.other_node_id)
  on conflict do nothing`;

/** Makes a merge undone, inside the caller's transaction and locks. @throws conflict with the reason against it */
export async function undoMerge(
  run: Run,
  change: IdentityChange & { readonly detail: MergeDetail },
  by: string,
): Promise<void> {
  const { node, agents, detail } = change;
  const [now] = (await lockNodes(run, [node.id])) as [NodeRow];
  // An operator may have taken the one machine out of service since: the other must not come back by this.
  refuseOtherStates(now, detail.node);
  const there = new Set(await agentsOf(run, node.id));
  if (agents.some((id) => !there.has(id)))
    throw new GatehouseError(
      "conflict",
      "Some of the agents that it moved have gone elsewhere since: undo that first.",
    );
  await run(PUT_BACK, [node.id, JSON.stringify(detail.node)]);
  await putBackFacts(run, detail.facts);
  await moveAgents(run, agents, detail.node.id, { by, changeId: change.id });
  await moveHosts(run, detail.hosts ?? [], node.id, detail.node.id);
  for (const column of ["labels", "settings"] as const)
    await run(TAKE_BACK(column), [node.id, JSON.stringify(detail[column])]);
  await run(TAKE_BACK_IDS, [node.id, idsOf(detail.node)]);
  await run("update nodes set named_by = null where id = $1 and named_by = any($2::uuid[])", [node.id, agents]);
  await run("delete from identity_conflicts where id = any($1::bigint[])", [detail.conflicts.map(({ id }) => id)]);
  await run(PUT_BACK_CONFLICTS, [JSON.stringify(detail.conflicts)]);
}
