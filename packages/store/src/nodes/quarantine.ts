import { GatehouseError } from "@gatehouse/core/errors";
import type { NodeState } from "@gatehouse/core/nodes";
import type { Database } from "../database.js";
import type { Run } from "../session.js";
import { dropHeld, releaseHeld } from "../submissions/held.js";
import { AGENTS_MOVE } from "./identity-locks.js";
import { splitOff } from "./split.js";

/** Nodes in quarantine, at the most: who floods us with new names makes no more than these. */
export const MOST_QUARANTINED = 1_000;
/** Who makes such a node waits for who else does ("quar"). Taken after all the locks of enrolments. */
const QUARANTINE_LOCK = 0x71756172;
/** Seconds that an agent is asked to wait for somebody to look. */
const RETRY_AFTER_SECONDS = 3_600;

const LOCK = { name: "quarantine.lock", text: `select pg_advisory_xact_lock(${QUARANTINE_LOCK})` };
/** A statement of its own: what it counts has to be seen as it is once the lock is held. */
const COUNT = {
  name: "quarantine.count",
  text: `select count(*)::int as count from (select from nodes where state = 'quarantined' limit ${MOST_QUARANTINED}) as there`,
};

/**
 * Makes sure that there is room for one more node in quarantine, until the transaction ends.
 * @throws overloaded
 */
export async function lockQuarantine(run: Run): Promise<void> {
  await run(LOCK);
  const [row] = await run<{ count: number }>(COUNT);
  if ((row?.count ?? 0) >= MOST_QUARANTINED)
    throw new GatehouseError("overloaded", "Too many new agents wait for an operator to look at them.", {
      detail: `rule: at most ${MOST_QUARANTINED} nodes are in quarantine`,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
}

/**
 * Puts an agent in quarantine: with its node where it is alone there, and else on a new node of its own. Others' machine is not
 * to suffer from who says that it is on it.
 * @returns false when there is no such agent @throws overloaded
 */
export function quarantineAgent(db: Database, agentId: string, by: string): Promise<boolean> {
  return db.transaction(async (run) => {
    await run(`select ${AGENTS_MOVE}`);
    await lockQuarantine(run);
    const [agent] = await run<{ nodeId: string; isAlone: boolean }>(NODE, [agentId]);
    if (agent === undefined) return false;
    const nodeId = agent.isAlone ? agent.nodeId : (await splitOff(run, agent.nodeId, [agentId], by)).other.id;
    await run(SET, [nodeId, "quarantined", by]);
    return true;
  });
}

const NODE = {
  name: "quarantine.node",
  text: `select node_id as "nodeId",
           not exists (select from agents o where o.node_id = a.node_id and o.id <> a.id)
             and not exists (select from inventories i where i.node_id = a.node_id and i.agent_id <> a.id) as "isAlone"
         from agents a where id = $1`,
};

const SET = {
  name: "nodes.set-state",
  text: `update nodes set state = $2, state_by = case when state = $2 then state_by else $3 end,
           state_since = case when state = $2 then state_since else now() end where id = $1 returning id`,
};
const AGENTS = { name: "nodes.agents", text: "select id from agents where node_id = $1" };

/** An operator may have taken it out of service meanwhile, and that stays so. */
const LET_OUT = {
  name: "nodes.let-out",
  text: SET.text.replace("where id = $1", "where id = $1 and state = 'quarantined'"),
};

/**
 * Gives a node a state; of one that becomes active, what its agents handed in meanwhile is processed or dropped.
 * @param held `dropped`: where the node is in quarantine, and nothing happens else
 */
export function setState(
  db: Database,
  { nodeId, state, by }: { readonly nodeId: string; readonly state: NodeState; readonly by: string },
  held: "processed" | "dropped" = "processed",
): Promise<{ readonly found: boolean; readonly released: number }> {
  return db.transaction(async (run) => {
    const found = (await run(held === "dropped" ? LET_OUT : SET, [nodeId, state, by])).length > 0;
    if (!found || state !== "active") return { found, released: 0 };
    // After the node is locked: whoever holds a submission of one of its agents waits for that, and sees what it became.
    const agents = (await run<{ id: string }>(AGENTS, [nodeId])).map(({ id }) => id);
    if (held === "dropped") {
      await dropHeld(run, agents);
      return { found, released: 0 };
    }
    return { found, released: await releaseHeld(run, agents) };
  });
}
