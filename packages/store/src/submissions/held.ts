import { GatehouseError } from "@gatehouse/core/errors";
import type { NodeState } from "@gatehouse/core/nodes";
import type { HeldSubmissions } from "@gatehouse/core/submissions";
import type { Database } from "../database.js";
import { AGENTS_COME } from "../nodes/identity-locks.js";
import type { Run } from "../session.js";

/** Submissions that are held of one agent, at the most. */
export const MOST_HELD = 10;

/**
 * The state of the agent's node, which stays so until the transaction ends: whoever lets it out of quarantine waits, and
 * then finds what is held. Of several that come for one node, one counts at a time.
 */
const STATE = {
  name: "held.state",
  text: 'select n.state, n.state_by as "stateBy" from agents a join nodes n on n.id = a.node_id where a.id = $1 for no key update of n',
};
/** Who made a node active that its agents are in by themselves: with their first message, or by a proof. */
const BY_PROOF = "enrolment";
/** Before it: no agent goes to another node meanwhile. */
const STAY = { name: "held.stay", text: `select ${AGENTS_COME}` };
const COUNT = {
  name: "held.count",
  text: "select count(*)::int as count from submissions where agent_id = $1 and held",
};
const COUNTS = {
  name: "held.counts",
  text: `select agent_id as "agentId", count(*)::int as count from submissions
         where agent_id = any($1::uuid[]) and held group by agent_id`,
};
const STORE = {
  name: "held.store",
  text: `insert into submissions (agent_id, kind, coding, size, context, body, held) values ($1, $2, $3, $4, $5, $6, true)`,
};
const RELEASE = {
  name: "held.release",
  text: `with released as (
           update submissions set held = false where agent_id = any($1::uuid[]) and held
           returning id, accepted_at, agent_id, kind, size
         )
         insert into inbox (id, accepted_at, agent_id, kind, size)
         select id, accepted_at, agent_id, kind, size from released order by id returning id`,
};

const DROP = { name: "held.drop", text: "delete from submissions where agent_id = any($1::uuid[]) and held" };

/** A submission as it is stored. */
export interface HeldSubmission {
  readonly agentId: string;
  readonly kind: string;
  readonly coding: "identity" | "deflate";
  readonly size: number;
  /** As JSON. */
  readonly context: string | null;
  readonly body: Buffer;
}

/**
 * Stores what is not to be processed yet, inside the caller's transaction.
 * @returns false, and nothing is stored, when its agent is not in quarantine (any more), by an operator or a policy: then it
 *   is one like any other
 * @throws forbidden when enough is held of this agent, and when its node is deactivated; unauthenticated when the agent became known, or was
 *   let in, by what another message of it proved
 */
export async function hold(run: Run, { agentId, kind, coding, size, context, body }: HeldSubmission): Promise<boolean> {
  await run(STAY);
  const [node] = await run<{ state: NodeState; stateBy: string }>(STATE, [agentId]);
  if (node?.state === "deactivated") throw new GatehouseError("forbidden", "An operator has deactivated this node.");
  // What waited was dropped then: what was on its way must not get in instead.
  if (node?.state === "active" && node.stateBy === BY_PROOF)
    throw new GatehouseError("unauthenticated", "This agent has to prove who it is.", {
      detail: "rule: it was let in by what it proved while this was being taken in",
    });
  if (node?.state !== "quarantined") return false;
  const [row] = await run<{ count: number }>(COUNT, [agentId]);
  if ((row?.count ?? 0) >= MOST_HELD)
    throw new GatehouseError("forbidden", "Enough is kept of this agent, until an operator has looked at it.", {
      detail: `rule: at most ${MOST_HELD} submissions of an agent in quarantine are held`,
    });
  await run(STORE, [agentId, kind, coding, size, context, body]);
  return true;
}

/**
 * Puts what is held of these agents into the inbox, in the order of acceptance, inside the caller's transaction. What
 * retention dropped meanwhile is not among it.
 * @returns how many
 */
export async function releaseHeld(run: Run, agentIds: readonly string[]): Promise<number> {
  return agentIds.length === 0 ? 0 : (await run(RELEASE, [agentIds])).length;
}

/** Throws away what is held of these agents, inside the caller's transaction. */
export async function dropHeld(run: Run, agentIds: readonly string[]): Promise<void> {
  if (agentIds.length > 0) await run(DROP, [agentIds]);
}

/** {@link HeldSubmissions} on PostgreSQL. */
export const createHeldSubmissions = (db: Pick<Database, "read">): HeldSubmissions => ({
  async counts(agentIds) {
    if (agentIds.length === 0) return new Map();
    const rows = await db.read<{ agentId: string; count: number }>(COUNTS, [agentIds]);
    return new Map(rows.map(({ agentId, count }) => [agentId, count]));
  },
});
