import type { Database } from "../database.js";
import type { Run } from "../session.js";

/** Rows that one statement deletes: others write meanwhile. */
const SOME = 1_000;

const DROP_CATALOGS = `
  delete from catalogs where id = any(array(
    select id from (select id, row_number() over (partition by agent_id order by id desc) as place from catalogs) as c
    where place > $1 and not exists (select from agent_catalogs l where l.catalog_id = c.id) limit ${SOME}))
  returning 1`;

/** Held, so that none becomes an agent's last one meanwhile; what one run of an agent holds has its turn in the next round. */
const HOLD_BODIES = `
  select id from catalog_bodies b
  where (listed and not exists (select from agent_catalogs l where l.body_id = b.id))
     or not exists (select from catalogs c where c.body_id = b.id)
  order by id limit ${SOME} for update skip locked`;

/** Looks again at what was held: an agent may have got it in between. */
const UNLIST = `
  with idle as (
    update catalog_bodies b set listed = false
    where id = any($1::bigint[]) and not exists (select from agent_catalogs l where l.body_id = b.id) returning id)
  delete from catalog_resources r using idle where r.body_id = idle.id`;

const DROP_BODIES = `
  delete from catalog_bodies b
  where id = any($1::bigint[]) and not exists (select from catalogs c where c.body_id = b.id)
    and not exists (select from agent_catalogs l where l.body_id = b.id)
  returning 1`;

/** What a round took away. */
export interface DroppedCatalogs {
  readonly catalogs: number;
  readonly bodies: number;
}

/**
 * Leaves each agent its newest catalogs and failures, and the last catalog that it got, however old that is. Bodies that
 * nobody has any more go, and so do the resources of those that nobody got last.
 * @param most of each agent
 */
export async function dropOldCatalogs(
  db: Pick<Database, "run" | "transaction">,
  most: number,
): Promise<DroppedCatalogs> {
  let catalogs = 0;
  for (;;) {
    const dropped = await db.run(DROP_CATALOGS, [most]);
    catalogs += dropped.length;
    if (dropped.length < SOME) break;
  }
  let bodies = 0;
  for (;;) {
    const round = await db.transaction(sweepBodies);
    bodies += round.dropped;
    if (round.held < SOME) break;
  }
  return { catalogs, bodies };
}

async function sweepBodies(run: Run): Promise<{ held: number; dropped: number }> {
  const held = (await run<{ id: string }>(HOLD_BODIES)).map(({ id }) => id);
  await run(UNLIST, [held]);
  const dropped = await run(DROP_BODIES, [held]);
  return { held: held.length, dropped: dropped.length };
}
