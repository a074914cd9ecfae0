import type { Database } from "../database.js";

const MERGED = `
  with recursive way as (
    select $1::uuid as id, 0 as step
    union all
    select c.node_id, way.step + 1 from way join identity_changes c on c.other_node_id = way.id
    where c.kind = 'merge' and c.undone_at is null and not exists (select from nodes n where n.id = way.id) and way.step < 100)
  select id from way order by step desc limit 1`;

/** The node that a node was merged into, and that one into another, up to one that is there; the same id where it was not. */
export async function mergedInto(db: Database, nodeId: string): Promise<string> {
  const [row] = await db.run<{ id: string }>(MERGED, [nodeId]);
  return row?.id ?? nodeId;
}
