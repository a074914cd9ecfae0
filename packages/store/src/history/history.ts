import type { Change, History } from "@gatehouse/core/history";
import { cleanJson, cleanText, isCleanJson } from "../clean.js";
import { cut, decodeTimeCursor } from "../cursor.js";
import type { Database } from "../database.js";
import type { Run } from "../session.js";
import { isUuid } from "../uuid.js";

const NOTE = {
  name: "changes.note",
  text: `insert into changes (at, agent_id, inventory_id, subject, source, path, before, after)
         select at, agent_id, inventory_id, $1, source, path, before::jsonb, after::jsonb
         from unnest($2::timestamptz[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[])
           as c (at, agent_id, inventory_id, source, path, before, after)`,
};

/** Each by an index of its own: together they would be read whole and sorted. */
const newestOf = (whose: string) => `
  select * from changes where ${whose} and ($2::text is null or subject = $2)
    and ($3::timestamptz is null or (at, id) < ($3, $4::bigint))
  order by at desc, id desc limit $5`;

const OF_NODE = {
  name: "changes.of-node",
  text: `select c.id, c.at, c.subject, c.source, c.path, c.before, c.after,
                c.before is not null as "wasThere", c.after is not null as "isThere"
         from ((${newestOf("agent_id = any(array(select id from agents where node_id = $1))")})
               union all
               (${newestOf("inventory_id = any(array(select id from inventories where node_id = $1 and is_collected))")})) as c
         order by c.at desc, c.id desc limit $5`,
};

/** A change on its way to the database, with whose it is: an agent's, or that of the inventory of a host without one. */
export type NewChange = Pick<Change, "at" | "source" | "path" | "before" | "after"> &
  (
    | { readonly agentId: string; readonly inventoryId?: never }
    | { readonly agentId?: never; readonly inventoryId: string }
  );

/** What changed, as a part of the transaction that changes it. There are partitions for its times. */
export async function noteChanges(run: Run, subject: string, changes: readonly NewChange[]): Promise<void> {
  if (changes.length === 0) return;
  await run(NOTE, [
    subject,
    changes.map(({ at }) => at),
    changes.map(({ agentId }) => agentId ?? null),
    changes.map(({ inventoryId }) => inventoryId ?? null),
    changes.map(({ source }) => source),
    changes.map(({ path }) => cleanText(path)),
    changes.map(({ before }) => jsonOf(before)),
    changes.map(({ after }) => jsonOf(after)),
  ]);
}

function jsonOf(value: unknown): string | null {
  if (value === undefined) return null;
  const json = JSON.stringify(value);
  return isCleanJson(json) ? json : JSON.stringify(cleanJson(value));
}

interface ChangeRow extends Change {
  readonly id: string;
  readonly wasThere: boolean;
  readonly isThere: boolean;
}

/** {@link History} on PostgreSQL. */
export function createHistory(db: Pick<Database, "run">): History {
  return {
    async of(nodeId, { limit, after, subject }) {
      const [at, id] = after === undefined ? [null, null] : decodeTimeCursor(after);
      if (!isUuid(nodeId)) return { changes: [], next: null };
      const rows = await db.run<ChangeRow>(OF_NODE, [nodeId, subject ?? null, at, id, limit + 1]);
      const { page, next } = cut(rows, limit, (row) => [row.at.toISOString(), row.id]);
      const changes = page.map(({ id: _, wasThere, isThere, before, after: now, ...change }) => ({
        ...change,
        before: wasThere ? before : undefined,
        after: isThere ? now : undefined,
      }));
      return { changes, next };
    },
  };
}
