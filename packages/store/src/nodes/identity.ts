import { GatehouseError } from "@gatehouse/core/errors";
import type {
  AgentDecision,
  IdentityChange,
  IdentityConflict,
  NodeEvidence,
  NodeIdentity,
} from "@gatehouse/core/nodes";
import { cleanText } from "../clean.js";
import { Conditions } from "../conditions.js";
import { cut, decodeTimeCursor } from "../cursor.js";
import type { Database } from "../database.js";
import { isUuid } from "../uuid.js";
import {
  CHANGE_COLUMNS,
  holdQueues,
  lockNodes,
  type MergeDetail,
  type NodeRow,
  type SplitDetail,
  type StoredChange,
} from "./identity-changes.js";
import { AGENTS_MOVE } from "./identity-locks.js";
import { mergeNodes, undoMerge } from "./merge.js";
import { splitNode, undoSplit } from "./split.js";

const CONFLICT = `
  select c.id, c.kind, c.score, jsonb_build_object('id', n.id, 'name', n.name) as node,
         jsonb_build_object('id', o.id, 'name', o.name) as other, c.why, c.raised_at as "raisedAt"
  from identity_conflicts c join nodes n on n.id = c.node_id join nodes o on o.id = c.other_node_id`;

/**
 * {@link NodeIdentity} on PostgreSQL.
 * @param onMove told when agents have come to other nodes
 */
export function createNodeIdentity(db: Database, onMove: () => void): NodeIdentity {
  const moving = <T>(change: Promise<T>): Promise<T> => change.finally(onMove);
  return {
    async decisions(nodeId) {
      if (!isUuid(nodeId)) return [];
      return db.run<AgentDecision>(
        `select distinct on (a.id) a.id as "agentId", d.at, d.by, d.decision, d.change_id as "changeId"
         from agents a join identity_decisions d on d.agent_id = a.id where a.node_id = $1 order by a.id, d.id desc`,
        [nodeId],
      );
    },

    async evidence(nodeId) {
      if (!isUuid(nodeId)) return [];
      return db.run<NodeEvidence>(
        `select e.kind, e.value, e.proof, a.id as "agentId", a.family, a.trust, e.seen_at as "seenAt",
                e.value_key is not null as counts
         from node_evidence e left join inventories i on i.id = e.inventory_id
           join agents a on a.id = coalesce(e.agent_id, i.agent_id)
         where e.node_id = $1 order by a.created_at, e.id`,
        [nodeId],
      );
    },

    async conflicts({ limit, after }) {
      const conditions = new Conditions().add("c.state = ?", "open");
      if (after !== undefined) {
        const [at, id] = decodeTimeCursor(after);
        conditions.add(`(c.raised_at, c.id) < (${conditions.value(at)}, ?::bigint)`, id);
      }
      const rows = await db.run<IdentityConflict>(
        `${CONFLICT} ${conditions.where} order by c.raised_at desc, c.id desc limit ${conditions.value(limit + 1)}`,
        conditions.values,
      );
      const { page, next } = cut(rows, limit, ({ raisedAt, id }) => [raisedAt.toISOString(), id]);
      return { conflicts: page, next };
    },

    async openConflicts() {
      const [row] = await db.run<{ count: number }>(
        "select count(*)::int as count from identity_conflicts where state = 'open'",
      );
      return row?.count ?? 0;
    },

    async dismiss(conflictId, by) {
      return db.transaction(async (run) => {
        const [found] = await run<IdentityConflict>(
          `${CONFLICT} where c.id = $1 and c.state = 'open' for update of c`,
          [conflictId],
        );
        if (found === undefined) return undefined;
        await run(
          "update identity_conflicts set state = 'dismissed', dismissed_at = now(), dismissed_by = $2 where id = $1",
          [conflictId, cleanText(by)],
        );
        return found;
      });
    },

    merge: (nodeId, fromId, by) => moving(mergeNodes(db, nodeId.toLowerCase(), fromId.toLowerCase(), by)),
    split: (nodeId, agentIds, by) => moving(splitNode(db, nodeId.toLowerCase(), agentIds, by)),
    undo: (changeId, by) => moving(undo(db, changeId, cleanText(by))),

    async changes({ limit, after }, { nodeId } = {}) {
      if (nodeId !== undefined && !isUuid(nodeId)) return { changes: [], next: null };
      const conditions = new Conditions().add("? in (node_id, other_node_id)", nodeId);
      if (after !== undefined) {
        const [, id] = decodeTimeCursor(after);
        conditions.add("id < ?", id);
      }
      const rows = await db.run<IdentityChange>(
        `select ${CHANGE_COLUMNS} from identity_changes ${conditions.where}
         order by id desc limit ${conditions.value(limit + 1)}`,
        conditions.values,
      );
      const { page, next } = cut(rows, limit, ({ at, id }) => [at.toISOString(), id]);
      return { changes: page, next };
    },
  };
}

function undo(db: Database, changeId: string, by: string): Promise<IdentityChange | undefined> {
  return db.transaction(async (run) => {
    await run(`select ${AGENTS_MOVE}`);
    const [change] = await run<StoredChange>(
      `select ${CHANGE_COLUMNS}, detail from identity_changes where id = $1 for update`,
      [changeId],
    );
    if (change === undefined) return undefined;
    if (change.undoneAt !== null) throw new GatehouseError("conflict", `It was undone already, by ${change.undoneBy}.`);
    const { kind, node, other } = change;
    const [, made] = await refuseGone(lockNodes(run, kind === "split" ? [node.id, other.id] : [node.id]));
    await holdQueues(run, change.agents);
    if (kind === "merge") await undoMerge(run, { ...change, detail: change.detail as MergeDetail }, by);
    else await undoSplit(run, { ...change, detail: change.detail as SplitDetail }, made as NodeRow, by);
    const [row] = await run<IdentityChange>(
      `update identity_changes set undone_at = now(), undone_by = $2 where id = $1 returning ${CHANGE_COLUMNS}`,
      [changeId, by],
    );
    return row;
  });
}

/** A node that is not there any more is no wrong address here, but what stands against the undo. */
const refuseGone = <T>(work: Promise<T>): Promise<T> =>
  work.catch((thrown: unknown) => {
    if (thrown instanceof GatehouseError && thrown.code === "not-found")
      throw new GatehouseError(
        "conflict",
        "One of its nodes is gone: it was merged since (undo that first), or purged.",
      );
    throw thrown;
  });
