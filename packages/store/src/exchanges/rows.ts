import type { Exchange, ExchangeRows, Recording } from "@gatehouse/core/exchanges";
import type { Queryable, Run } from "../database.js";
import type { SecretBox } from "../secret-box.js";
import { type Buffers, COPY_EXCHANGES, newBuffers, PackedExchanges } from "./packed.js";
import { LIVE, RECORDING_COLUMNS } from "./recordings.js";
import { sealContents } from "./sealed.js";

/** Where new exchanges are told. */
export const EXCHANGES_CHANNEL = "gatehouse_exchanges";

/** {@link ExchangeRows} on PostgreSQL. */
export function createExchangeRows(db: Pick<Queryable, "run" | "transaction">, box: SecretBox): ExchangeRows {
  // One batch is written while another one is stored. Made anew each time, a megabyte would cost more than what is written into it.
  const spare: Buffers[] = [];
  return {
    live: () => db.run<Recording>(`select ${RECORDING_COLUMNS} from recordings where ${LIVE}`),

    newBatch() {
      const buffers = spare.pop() ?? newBuffers();
      const packed = new PackedExchanges(buffers);
      return {
        get count() {
          return packed.count;
        },
        get bytes() {
          return packed.bytes;
        },
        put: (exchange: Exchange) => packed.put(exchange),
        async store(wanted) {
          await store(db, box, packed, wanted);
          // After a failure a connection may still be sending it.
          if (spare.length < MOST_SPARE && packed.bytes <= MOST_SPARE_BYTES) spare.push(buffers);
        },
      };
    },
  };
}

const MOST_SPARE = 2;
/** Of a batch whose room is kept: that of large bodies is not held for ever. */
const MOST_SPARE_BYTES = 1 << 20;

const INSERT_CONTENTS = {
  name: "exchanges.contents",
  text: "insert into exchange_contents (id, exchanges, content) values ($1, $2, $3)",
};

/** Nobody was told that they are kept: the commit waits for no disk. */
const TELL = {
  name: "exchanges.tell",
  text: `select pg_notify('${EXCHANGES_CHANNEL}', ''), set_config('synchronous_commit', 'off', true)`,
};

async function store(
  db: Pick<Queryable, "transaction">,
  box: SecretBox,
  packed: PackedExchanges,
  wanted: readonly (readonly string[])[],
): Promise<void> {
  if (wanted.every(({ length }) => length === 0)) return;
  await db.transaction(async (run, copy) => {
    const isTaken = await taking(run, packed, wanted);
    if (!isTaken.includes(true)) return;
    const { contents, lines } = packed.taken(isTaken);
    const { contentId } = packed;
    const count = isTaken.filter(Boolean).length;
    await run(INSERT_CONTENTS, [contentId, count, sealContents(box, contents, contentId)]);
    await copy(COPY_EXCHANGES, lines);
    await run(TELL);
  });
}

interface Room {
  readonly id: string;
  exchanges: number;
  bytes: number;
  counted: number;
  countedBytes: number;
}

const ROOMS = {
  name: "exchanges.rooms",
  text: `select id, most - recorded as exchanges, ((megabytes::bigint << 20) - bytes)::float8 as bytes,
           0 as counted, 0 as "countedBytes"
         from recordings where id = any($1::uuid[]) and ${LIVE} order by id for update`,
};
const COUNT = {
  name: "exchanges.count",
  text: "update recordings set recorded = recorded + $2, bytes = bytes + $3 where id = $1",
};

/**
 * Which of them recordings still have room for, which is counted. The rows are locked, in one order: two gateways that count for the
 * same recordings wait for each other, not in a circle, and together take no more than there is room for.
 */
async function taking(run: Run, packed: PackedExchanges, wanted: readonly (readonly string[])[]): Promise<boolean[]> {
  const rooms = await run<Room>(ROOMS, [[...new Set(wanted.flat())]]);
  const byId = new Map(rooms.map((room) => [room.id, room]));
  const isTaken = wanted.map((ids, i) => {
    let is = false;
    for (const id of ids) {
      const room = byId.get(id);
      if (room === undefined || room.exchanges <= 0 || room.bytes <= 0) continue;
      const bytes = packed.bytesOf(i);
      room.exchanges--;
      room.bytes -= bytes;
      room.counted++;
      room.countedBytes += bytes;
      is = true;
    }
    return is;
  });
  for (const { id, counted, countedBytes } of rooms) if (counted > 0) await run(COUNT, [id, counted, countedBytes]);
  return isTaken;
}
