import type { Database } from "../database.js";
import { SWEEP_ENTRIES } from "./entries.js";

/** Entries that are looked at under one lock: whoever stores an inventory waits that long. */
const SOME = 2_000;

/** Each by the index over the sections. */
const SWEEP = `
  with batch as (select id from inventory_entries where id > $1 order by id limit ${SOME}),
  gone as (
    delete from inventory_entries e using batch
    where e.id = batch.id and not exists (select from inventory_sections s where s.entries @> array[e.id]) returning e.id)
  select (select max(id) from batch) as last, (select count(*)::int from gone) as gone`;

/** Deletes the searchable entries that no inventory has any more. @returns how many */
export async function dropUnusedEntries(db: Pick<Database, "transaction">): Promise<number> {
  let dropped = 0;
  for (let last: number | null = 0; last !== null; ) {
    const after: number = last;
    const [row] = await db.transaction(async (run) => {
      await run("set local enable_seqscan = off");
      await run(`select ${SWEEP_ENTRIES}`);
      return run<{ last: number | null; gone: number }>(SWEEP, [after]);
    });
    dropped += row?.gone ?? 0;
    last = row?.last ?? null;
  }
  return dropped;
}
