import type { DeadLetter, DeadLetters } from "@gatehouse/core/submissions";
import { cut, decodeTimeCursor, isBigint } from "../cursor.js";
import type { Database } from "../database.js";
import { unpack } from "./bodies.js";

const COLUMNS = `d.id, d.agent_id as "agentId", n.id as "nodeId", n.name as "nodeName", d.kind, d.size,
  d.accepted_at as "acceptedAt", d.failed_at as "failedAt", d.redrives, d.code, d.message, d.detail`;
const FROM = "from dead_letters d left join agents a on a.id = d.agent_id left join nodes n on n.id = a.node_id";

/** Back into the inbox under its old number: before what its agent handed in later. It stays here until it went well. */
const REDRIVE = `
  with again as (
    update dead_letters set waiting = true, redrives = redrives + 1
    where id in (select id from dead_letters where not waiting and ($1::bigint is null or id = $1) for update skip locked)
    returning id, accepted_at, agent_id, kind, size
  ) insert into inbox (id, accepted_at, agent_id, kind, size, redriven)
    select id, accepted_at, agent_id, kind, size, true from again returning id`;

type Row = Omit<DeadLetter, "failure"> & DeadLetter["failure"];

const viewOf = ({ code, message, detail, ...row }: Row): DeadLetter => ({ ...row, failure: { code, message, detail } });

/**
 * {@link DeadLetters} on PostgreSQL.
 * @param onRedriven called when something waits in the inbox again
 */
export function createDeadLetters(db: Database, onRedriven: () => void = () => undefined): DeadLetters {
  const redrive = async (id: string | null): Promise<number> => {
    const rows = await db.run(REDRIVE, [id]);
    if (rows.length > 0) onRedriven();
    return rows.length;
  };

  return {
    async list({ limit, after }) {
      const [at, id] = after === undefined ? [null, null] : decodeTimeCursor(after);
      const rows = await db.run<Row>(
        `select ${COLUMNS} ${FROM}
         where not d.waiting and ($1::timestamptz is null or (d.failed_at, d.id) < ($1, $2::bigint))
         order by d.failed_at desc, d.id desc limit $3`,
        [at, id, limit + 1],
      );
      const { page, next } = cut(rows, limit, (row) => [row.failedAt.toISOString(), row.id]);
      return { deadLetters: page.map(viewOf), next };
    },

    async find(id) {
      if (!isBigint(id)) return undefined;
      const [row] = await db.run<Row>(`select ${COLUMNS} ${FROM} where d.id = $1 and not d.waiting`, [id]);
      return row && viewOf(row);
    },

    async body(id) {
      if (!isBigint(id)) return undefined;
      const [row] = await db.run<{ coding: string; body: Buffer; size: number }>(
        "select coding, body, size from dead_letters where id = $1 and not waiting",
        [id],
      );
      return row && unpack(row.coding, row.body, row.size);
    },

    redrive: async (id) => isBigint(id) && (await redrive(id)) > 0,

    redriveAll: () => redrive(null),

    async discard(id) {
      if (!isBigint(id)) return false;
      const rows = await db.run("delete from dead_letters where id = $1 and not waiting returning id", [id]);
      return rows.length > 0;
    },
  };
}
