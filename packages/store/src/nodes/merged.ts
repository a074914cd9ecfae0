import type { Database } from "../database.js";

/** What `nodes_merged` has, the nodes that others were merged into: a query that uses it has to say so. */
const INDEXED = "merged_ids <> '{}'";

/** Whether a node of this alias is the one that some of the ids lead to. @param ids a placeholder of `uuid[]` */
export const leadsFrom = (node: string, ids: string): string =>
  `${node}.${INDEXED} and ${node}.merged_ids && ${ids}::uuid[]`;

/** The node that a node was merged into, the last of several; the same id where it was not. */
export async function mergedInto(db: Database, nodeId: string): Promise<string> {
  const [row] = await db.run<{ id: string }>(`select n.id from nodes n where ${leadsFrom("n", "$1")}`, [[nodeId]]);
  return row?.id ?? nodeId;
}
