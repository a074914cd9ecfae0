import { GatehouseError } from "@gatehouse/core/errors";
import type { NodeLifeCycle, Purged } from "@gatehouse/core/nodes";
import type { Database } from "../database.js";
import type { Run } from "../session.js";
import { QUEUE_LOCK } from "../submissions/inbox.js";
import { AGENTS_COME } from "./identity-locks.js";

/** Locked in the order of all, and without waiting: a node that is being changed has its turn in the next round. */
const EXPIRE = `
  with silent as (
    select n.id from nodes n
    where n.state = 'active' and n.state_since < now() - make_interval(secs => $1)
      and n.created_at < now() - make_interval(secs => $1)
      and not exists (select from agents a join agent_contacts c on c.agent_id = a.id
                      where a.node_id = n.id and c.last_seen >= now() - make_interval(secs => $1))
      and not exists (select from inventories i
                      where i.node_id = n.id and i.is_collected and i.seen_at >= now() - make_interval(secs => $1))
    order by n.id for no key update of n skip locked)
  update nodes n set state = 'expired', state_since = now(), state_by = 'policy' from silent where n.id = silent.id
  returning n.id`;

/** Out of service for so many seconds. Who is in quarantine waits for a person, and not for the end. */
const IS_OLD = (seconds: string) =>
  `n.state in ('expired', 'deactivated') and n.state_since < now() - make_interval(secs => ${seconds})`;
const IS_SILENT_QUARANTINED = (seconds: string) =>
  `n.state = 'quarantined' and n.created_at < now() - make_interval(secs => ${seconds}) and not exists (
     select from agents a join agent_contacts c on c.agent_id = a.id
     where a.node_id = n.id and c.last_seen >= now() - make_interval(secs => ${seconds}))`;

const OLD = `select n.id from nodes n where ${IS_OLD("$1")} order by n.state_since limit $2`;
const SILENT_QUARANTINED = `
  select n.id from nodes n where ${IS_SILENT_QUARANTINED("$1")} order by n.created_at limit $2`;

/** Its agents may have called since it was found to be old. */
const FOR_PURGE = `
  select n.id, n.name from nodes n where n.id = $1
    and ($2::float8 is null or (${IS_OLD("$2")})) and ($3::float8 is null or (${IS_SILENT_QUARANTINED("$3")})) for update`;

/** An enrolment holds its alias and then needs the node. In one order: others purge too. */
const LOCK_ALIASES = `
  select pg_advisory_xact_lock(key) from (
    select distinct hashtextextended(l.family || '/' || l.kind || '/' || l.value_key, 0) as key
    from agent_aliases l join agents a on a.id = l.agent_id where a.node_id = $1 order by 1) as keys`;

/** Everything that is stored of agents and does not go with their rows. */
const TRACES = [
  `delete from report_events e using reports r where r.agent_id = any($1::uuid[]) and e.report_id = r.id and e.at = r.first_at`,
  // By the agent itself: what said nothing new, and what an operator discarded, is in no report and in no dead letter.
  "delete from submissions where agent_id = any($1::uuid[])",
  "delete from inbox where agent_id = any($1::uuid[])",
  "delete from dead_letters where agent_id = any($1::uuid[])",
];

/** The journal of this node, and of those that went into it. */
const FORGET_CHANGES = `
  with recursive gone as (
    select $1::uuid as id
    union
    select c.other_node_id from identity_changes c join gone on c.node_id = gone.id where c.kind = 'merge' and c.undone_at is null)
  delete from identity_changes where node_id in (select id from gone) or other_node_id in (select id from gone)`;

/**
 * {@link NodeLifeCycle} on PostgreSQL.
 * @param purge see {@link purgeNode}
 */
export function createNodeLifeCycle(
  db: Database,
  purge: (nodeId: string, only: PurgeOnly) => Promise<Purged | undefined>,
): NodeLifeCycle {
  const purgeAll = async (nodes: readonly { readonly id: string }[], only: PurgeOnly): Promise<Purged[]> => {
    const purged: Purged[] = [];
    for (const { id } of nodes) {
      try {
        const gone = await purge(id, only);
        if (gone !== undefined) purged.push(gone);
      } catch (thrown) {
        // It is being processed just now: its turn comes with the next round, and the others' comes now.
        if (!(thrown instanceof GatehouseError && thrown.code === "conflict")) throw thrown;
      }
    }
    return purged;
  };

  return {
    async expire(silentSeconds) {
      return (await db.run(EXPIRE, [silentSeconds])).length;
    },

    purgeOld: async (seconds, limit) =>
      purgeAll(await db.run<{ id: string }>(OLD, [seconds, limit]), { outOfServiceSeconds: seconds }),

    purgeSilentQuarantined: async (seconds, limit) =>
      purgeAll(await db.run<{ id: string }>(SILENT_QUARANTINED, [seconds, limit]), {
        quarantinedSilentSeconds: seconds,
      }),
  };
}

/** What has to be so, also by the time at which a node is locked, for it to be purged. */
export interface PurgeOnly {
  /** It has been expired or deactivated for this long. */
  readonly outOfServiceSeconds?: number;
  /** It is quarantined, and its agents have been silent for this long. */
  readonly quarantinedSilentSeconds?: number;
}

/**
 * Deletes a node with all that is stored of it.
 * @throws conflict while something that its agents handed in is being processed
 */
export function purgeNode(db: Database, nodeId: string, only: PurgeOnly = {}): Promise<Purged | undefined> {
  return db.transaction(async (run) => {
    await run(`select ${AGENTS_COME}`);
    await run(LOCK_ALIASES, [nodeId]);
    const [node] = await run<{ id: string; name: string }>(FOR_PURGE, [
      nodeId,
      only.outOfServiceSeconds ?? null,
      only.quarantinedSilentSeconds ?? null,
    ]);
    if (node === undefined) return undefined;
    const agents = await run<{ id: string; free: boolean }>(
      `select id, pg_try_advisory_xact_lock(${QUEUE_LOCK}, hashtext(id::text)) as free from agents where node_id = $1`,
      [nodeId],
    );
    if (agents.some(({ free }) => !free)) {
      throw new GatehouseError("conflict", "What this node handed in is being processed; try again in a moment.");
    }
    const ids = agents.map(({ id }) => id);
    const reports = await countReports(run, ids);
    for (const statement of TRACES) await run(statement, [ids]);
    await run("delete from reports where agent_id = any($1::uuid[])", [ids]);
    await run(FORGET_CHANGES, [nodeId]);
    await run("delete from nodes where id = $1", [nodeId]);
    return { nodeId: node.id, name: node.name, agents: ids.length, reports };
  });
}

async function countReports(run: Run, agentIds: readonly string[]): Promise<number> {
  const [row] = await run<{ count: number }>(
    "select count(*)::int as count from reports where agent_id = any($1::uuid[])",
    [agentIds],
  );
  return row?.count ?? 0;
}
