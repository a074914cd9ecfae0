import { GatehouseError } from "@gatehouse/core/errors";
import type { AgentAttributes, Alias } from "@gatehouse/core/nodes";
import { cleanJson, cleanText, keyOf } from "../clean.js";
import type { Database } from "../database.js";
import { ALIAS_LOCK, ATTRIBUTES, lockNameOf } from "./enrol.js";

const FIND = `
  select a.id, a.attributes from agent_aliases l join agents a on a.id = l.agent_id
  where l.family = $1 and l.kind = $2 and l.value_key = $3`;

/**
 * Changes an agent's attributes under the lock that its enrolments take.
 * @throws conflict when somebody else holds it, or `change` does not fit any more; not-found
 */
export function amendAgent(
  db: Database,
  alias: Alias,
  change: (before: AgentAttributes) => AgentAttributes | undefined,
): Promise<void> {
  return db.transaction(async (run) => {
    const [lock] = await run<{ free: boolean }>(`select pg_try_advisory_xact_lock(${ALIAS_LOCK}) as free`, [
      lockNameOf(alias),
    ]);
    if (lock?.free !== true) throw new GatehouseError("conflict", "Another change of this agent is under way.");
    const [agent] = await run<{ id: string; attributes: AgentAttributes }>(FIND, [
      alias.family,
      cleanText(alias.kind),
      keyOf(alias.value),
    ]);
    if (agent === undefined) throw new GatehouseError("not-found", "There is no such agent.");
    const after = change(agent.attributes);
    if (after === undefined) throw new GatehouseError("conflict", "The agent has been changed meanwhile.");
    await run(`update agents set attributes = ${ATTRIBUTES} where id = $1`, [
      agent.id,
      JSON.stringify(cleanJson(after)),
    ]);
  });
}
