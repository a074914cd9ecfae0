import type { Database } from "../database.js";

/** What a fact that lists are searched and sorted by looks like: dotted plain words. */
export const INDEXED_FACT = "^[A-Za-z0-9_-]{1,60}([.][A-Za-z0-9_-]{1,60}){0,9}$";

/** "sear" in ASCII: held while the declared facts are brought up to date. */
const LOCK = 0x73656172;
/** Milliseconds that one statement may take: the facts of a large fleet are read whole. */
const LONG_MS = 3_600_000;
const BATCH = 5_000;

/** The next rows of facts, from a place on. Locked: what they are changed to meanwhile is keyed after us. */
const FILL = `
  with batch as (
    select node_id, source, facts from facts where (node_id, source) > ($1::uuid, $2::text)
    order by node_id, source limit ${BATCH} for share
  ), filled as (
    insert into fact_keys (node_id, path, source, key, number)
    select node_id, path, source, fact_key(at), rule_number(at)
    from (select node_id, path, source, fact_at(facts, path) as at
          from batch, unnest($3::text[]) as p (path) offset 0) as k
    where fact_key(at) is not null
    on conflict do nothing
  )
  select node_id as "nodeId", source from batch order by node_id desc, source desc limit 1`;

/**
 * Brings the facts that lists can be searched and sorted by in line with what the configuration declares, one gateway at
 * a time; agents are served meanwhile. With several gateways that differ, the last one that started decides for all.
 * @param paths each as {@link INDEXED_FACT}
 */
export async function indexFacts(
  db: Database,
  paths: readonly string[],
): Promise<{ made: string[]; dropped: string[] }> {
  const session = db.session("gatehouse-indexes", undefined, LONG_MS);
  await session.connect();
  try {
    await session.run("select pg_advisory_lock($1)", [LOCK]);
    const dropped = await session.transaction(async (run) => {
      // Whoever writes facts after this keys them by the new paths only; whoever was writing has committed.
      await run("lock table facts in share row exclusive mode");
      const gone = await run<{ path: string }>(
        "delete from indexed_facts where path <> all($1::text[]) returning path",
        [paths],
      );
      await run("delete from fact_keys where path = any($1::text[])", [gone.map(({ path }) => path)]);
      await run("insert into indexed_facts (path) select unnest($1::text[]) on conflict do nothing", [paths]);
      return gone.map(({ path }) => path);
    });
    const made = await session.run<{ path: string }>("select path from indexed_facts where not ready");
    const wanted = made.map(({ path }) => path);
    if (wanted.length > 0) {
      let place: { nodeId: string; source: string } | undefined = { nodeId: NIL, source: "" };
      while (place !== undefined) [place] = await session.run(FILL, [place.nodeId, place.source, wanted]);
      await session.run("update indexed_facts set ready = true where path = any($1::text[])", [wanted]);
      await session.run("analyze fact_keys");
    }
    return { made: wanted, dropped };
  } finally {
    await session.close();
  }
}

const NIL = "00000000-0000-0000-0000-000000000000";

/** The facts that lists can be searched and sorted by now, whichever gateway declared them. */
export async function indexedFacts(db: Pick<Database, "run">): Promise<string[]> {
  const rows = await db.run<{ path: string }>("select path from indexed_facts where ready order by path");
  return rows.map(({ path }) => path);
}
