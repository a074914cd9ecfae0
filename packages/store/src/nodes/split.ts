import { randomUUID } from "node:crypto";
import { GatehouseError } from "@gatehouse/core/errors";
import type { IdentityChange } from "@gatehouse/core/nodes";
import { cleanText } from "../clean.js";
import type { Database } from "../database.js";
import type { Run } from "../session.js";
import {
  agentsOf,
  holdQueues,
  hostsOf,
  lockNodes,
  moveAgents,
  type NodeRow,
  recordChange,
  type SplitDetail,
} from "./identity-changes.js";
import { AGENTS_MOVE } from "./identity-locks.js";

/** By what an agent says that it is called; the eldest's word counts. */
const NAME_OF = `
  select coalesce(e.value, l.value) as name from unnest($1::uuid[]) with ordinality as moved (id, place)
  left join lateral (select value from node_evidence where agent_id = moved.id and kind = 'name' order by id limit 1) as e on true
  left join lateral (select value from agent_aliases where agent_id = moved.id order by kind limit 1) as l on true
  order by moved.place limit 1`;

/** A person said that they are two: nobody is asked again. */
const TWO = `
  insert into identity_conflicts (node_id, other_node_id, kind, score, why, state, dismissed_at, dismissed_by)
  values ($1, $2, 'uncertain', 0, 'They were split.', 'dismissed', now(), $3)`;

/** Takes agents off a node onto a new one. @throws not-found; conflict */
export function splitNode(
  db: Database,
  nodeId: string,
  agentIds: readonly string[],
  by: string,
): Promise<IdentityChange> {
  return db.transaction(async (run) => {
    await run(`select ${AGENTS_MOVE}`);
    const change = await splitOff(run, nodeId, agentIds, by);
    await run(TWO, [nodeId, change.other.id, change.by]);
    return change;
  });
}

/** The same inside the caller's transaction, which holds {@link AGENTS_MOVE}; nobody is told that they are two. */
export async function splitOff(
  run: Run,
  nodeId: string,
  agentIds: readonly string[],
  by: string,
): Promise<IdentityChange> {
  const [node] = (await lockNodes(run, [nodeId])) as [NodeRow];
  const all = await agentsOf(run, nodeId);
  const moved = all.filter((id) => agentIds.includes(id));
  if (moved.length === 0 || moved.length < new Set(agentIds).size)
    throw new GatehouseError("conflict", `${node.name} has no such agent.`);
  if (moved.length === all.length)
    throw new GatehouseError("conflict", `These are all agents of ${node.name}: at least one must stay.`);
  await holdQueues(run, moved);
  const [row] = await run<{ name: string }>(NAME_OF, [moved]);
  const made = { id: randomUUID(), name: row?.name ?? node.name };
  // Each agent goes on under the state that an operator gave the machine it was taken for.
  await run(
    `insert into nodes (id, name, named_by, state, state_since, state_by)
     select $1, $2, $3, state, state_since, state_by from nodes where id = $4`,
    [made.id, made.name, moved[0], nodeId],
  );
  const detail: SplitDetail = { name: node.name, named_by: node.named_by };
  const change = await recordChange(run, {
    kind: "split",
    by: cleanText(by),
    node: { id: nodeId, name: node.name },
    other: made,
    agents: moved,
    detail,
  });
  await moveAgents(run, moved, made.id, { by: change.by, changeId: change.id });
  await run("update nodes set named_by = null where id = $1 and named_by = any($2::uuid[])", [nodeId, moved]);
  return change;
}

/** Makes a split undone, which made a node, inside the caller's transaction and locks. @throws conflict with the reason against it */
export async function undoSplit(
  run: Run,
  change: IdentityChange & { readonly detail: SplitDetail },
  made: NodeRow,
  by: string,
): Promise<void> {
  const { node, other, agents, detail } = change;
  const there = await agentsOf(run, other.id);
  if (there.length !== agents.length || agents.some((id) => !there.includes(id)))
    throw new GatehouseError("conflict", `Agents have come to ${made.name} or left it since: merge the two instead.`);
  if ((await hostsOf(run, other.id)).length > 0)
    throw new GatehouseError("conflict", `Others tell of ${made.name} since: merge the two instead.`);
  if (Object.keys(made.labels).length + Object.keys(made.settings).length > 0)
    throw new GatehouseError(
      "conflict",
      `${made.name} has labels or settings of its own by now, which would be lost: merge the two instead, or take them away.`,
    );
  await moveAgents(run, agents, node.id, { by, changeId: change.id });
  // Whose name it bears is as before; where it was that of an agent that left, the name itself too.
  if (detail.named_by !== null && agents.includes(detail.named_by))
    await run("update nodes set name = $2, named_by = $3 where id = $1", [node.id, detail.name, detail.named_by]);
  await run("delete from nodes where id = $1", [other.id]);
}
