import type { NodeFilter } from "@gatehouse/core/nodes";
import { cleanJson, cleanText } from "../clean.js";
import { Conditions } from "../conditions.js";
import { cut, decodeCursor } from "../cursor.js";
import type { Database } from "../database.js";

/** What means something in a LIKE pattern, as itself. */
const literally = (text: string) => cleanText(text).replace(/[\\%_]/g, "\\$&");

/** The ids of one page of nodes, by name. */
export async function listNodes(
  db: Database,
  { limit, after }: { limit: number; after?: string },
  filter: NodeFilter = {},
): Promise<{ ids: string[]; next: string | null }> {
  const conditions = new Conditions()
    .add("n.state = ?", filter.state)
    // The database's own lower() on both sides: outside ASCII it may differ from JavaScript's.
    .add("lower(n.name) like lower(?::text) || '%'", filter.name === undefined ? undefined : literally(filter.name))
    .add("n.labels @> ?::jsonb", filter.labels === undefined ? undefined : JSON.stringify(cleanJson(filter.labels)))
    .add("exists (select from agents a where a.node_id = n.id and a.family = ?)", filter.family)
    .add(
      "exists (select from agents a join agent_reports l on l.agent_id = a.id where a.node_id = n.id and l.status = ?)",
      filter.reportStatus && cleanText(filter.reportStatus),
    )
    .add(
      `not exists (select from agents a join agent_contacts c on c.agent_id = a.id
                   where a.node_id = n.id and c.last_seen >= ?)`,
      filter.notSeenSince,
    );
  if (after !== undefined) {
    const [name, id] = decodeCursor(after);
    conditions.add(`(n.name, n.id) > (${conditions.value(name)}, ?::uuid)`, id);
  }
  const rows = await db.run<{ id: string; name: string }>(
    `select n.id, n.name from nodes n ${conditions.where} order by n.name, n.id limit ${conditions.value(limit + 1)}`,
    conditions.values,
  );
  const { page, next } = cut(rows, limit, ({ name, id }) => [name, id]);
  return { ids: page.map(({ id }) => id), next };
}
