import type { Run } from "../session.js";

/** What agents said stands under their family. It goes along where no other agent of the family stays behind. */
const TAKE = `
  with moved as (
    select distinct node_id, family from agents a where id = any($1::uuid[])
      and not exists (select from agents stays where stays.node_id = a.node_id and stays.family = a.family and stays.id <> all($1::uuid[])))
  select f.node_id, f.source from facts f join moved m on m.node_id = f.node_id and m.family = f.source
  where f.node_id <> $2`;

/** The newest of several; what the other node has of that source stays. */
const GIVE = `
  insert into facts (node_id, source, facts, seen_at, changed_at)
  select distinct on (f.source) $2, f.source, f.facts, f.seen_at, f.changed_at
  from facts f join jsonb_to_recordset($1::jsonb) as t (node_id uuid, source text) using (node_id, source)
  order by f.source, f.seen_at desc
  on conflict do nothing`;

const DROP =
  "delete from facts f using jsonb_to_recordset($1::jsonb) as t (node_id uuid, source text) where f.node_id = t.node_id and f.source = t.source";

/** Moves the facts that agents said to the node that they are about to move to; before they do, in their transaction. */
export async function moveFacts(run: Run, agentIds: readonly string[], nodeId: string): Promise<void> {
  const taken = await run(TAKE, [agentIds, nodeId]);
  if (taken.length === 0) return;
  await run(GIVE, [JSON.stringify(taken), nodeId]);
  await run(DROP, [JSON.stringify(taken)]);
}

/** A row of facts, as a journal keeps it. */
export interface FactsRow {
  readonly node_id: string;
  readonly source: string;
}

/** A node's facts of sources that another has facts of too: a merge would lose them. */
export const doubledFacts = (run: Run, nodeId: string, otherId: string): Promise<FactsRow[]> =>
  run<FactsRow>(
    "select * from facts f where node_id = $1 and exists (select from facts o where o.node_id = $2 and o.source = f.source)",
    [nodeId, otherId],
  );

/** Puts rows back where nothing newer stands. */
export async function putBackFacts(run: Run, rows: readonly FactsRow[]): Promise<void> {
  await run("insert into facts select * from jsonb_populate_recordset(null::facts, $1::jsonb) on conflict do nothing", [
    JSON.stringify(rows),
  ]);
}
