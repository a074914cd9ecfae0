import type { Database } from "../database.js";

/** How many active nodes have something in a setting, an object, by hand. Reads all nodes: for a look now and then. */
export async function countNodesWithSetting(db: Pick<Database, "run">, setting: string): Promise<number> {
  const [row] = await db.run<{ count: number }>(
    "select count(*)::int as count from nodes where state = 'active' and settings -> $1 <> '{}'",
    [setting],
  );
  return row?.count ?? 0;
}
