import { randomUUID } from "node:crypto";
import type { ExchangeRows, PackedExchange, Recording } from "@gatehouse/core/exchanges";
import type { Queryable, Run } from "../database.js";
import type { SecretBox } from "../secret-box.js";
import { LIVE, RECORDING_COLUMNS } from "./recordings.js";
import { packExchange, sealExchanges } from "./sealed.js";

/** Where new exchanges are told. */
export const EXCHANGES_CHANNEL = "gatehouse_exchanges";

interface Wanted {
  readonly packed: PackedExchange;
  readonly recordings: readonly string[];
}

/** {@link ExchangeRows} on PostgreSQL. */
export function createExchangeRows(db: Pick<Queryable, "run" | "transaction">, box: SecretBox): ExchangeRows {
  return {
    live: () => db.run<Recording>(`select ${RECORDING_COLUMNS} from recordings where ${LIVE}`),
    pack: packExchange,

    async add(exchanges) {
      if (exchanges.length === 0) return;
      await db.transaction(async (run) => {
        const taken = await taking(run, exchanges);
        if (taken.length > 0) await insert(run, box, taken);
      });
    },
  };
}

/**
 * One array a column: rows of parameters took PostgreSQL and us twice as long. The large one is the last: pg writes parameters
 * into one buffer, and copies what it has when that grows.
 */
const INSERT = {
  name: "exchanges.insert",
  text: `with content as (insert into exchange_contents (id, content) values ($1, $15))
         insert into exchanges (content_id, content_start, request_id, protocol, route, method, path, status, milliseconds,
           from_address, peer, node_id, request_bytes, response_bytes)
         select $1, * from unnest($2::int[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[], $9::real[],
           $10::text[], $11::text[], $12::uuid[], $13::int[], $14::int[])`,
};

/** In the order of the statement. */
const COLUMNS = [
  "requestId",
  "protocol",
  "route",
  "method",
  "path",
  "status",
  "durationMs",
  "from",
  "peer",
  "nodeId",
  "requestBytes",
  "responseBytes",
] as const;

/** Nobody was told that they are kept: the commit waits for no disk. */
const TELL = `select pg_notify('${EXCHANGES_CHANNEL}', ''), set_config('synchronous_commit', 'off', true)`;

async function insert(run: Run, box: SecretBox, exchanges: readonly PackedExchange[]): Promise<void> {
  const column = <C extends keyof PackedExchange>(name: C) => exchanges.map((exchange) => exchange[name]);
  const id = randomUUID();
  const { sealed, starts } = sealExchanges(box, column("content"), id);
  await run(INSERT, [id, starts, ...COLUMNS.map(column), sealed]);
  await run(TELL);
}

interface Room {
  readonly id: string;
  exchanges: number;
  bytes: number;
  counted: number;
  countedBytes: number;
}

/**
 * What a recording still has room for, which is counted. The rows are locked, in one order: two gateways that count for the same
 * recordings wait for each other, not in a circle, and together take no more than there is room for.
 */
async function taking(run: Run, exchanges: readonly Wanted[]): Promise<PackedExchange[]> {
  const ids = [...new Set(exchanges.flatMap(({ recordings }) => recordings))];
  if (ids.length === 0) return exchanges.map(({ packed }) => packed);
  const rooms = await run<Room>(
    `select id, most - recorded as exchanges, ((megabytes::bigint << 20) - bytes)::float8 as bytes,
       0 as counted, 0 as "countedBytes"
     from recordings where id = any($1::uuid[]) and ${LIVE} order by id for update`,
    [ids],
  );
  const byId = new Map(rooms.map((room) => [room.id, room]));
  const taken: PackedExchange[] = [];
  for (const { packed, recordings } of exchanges) {
    let isTaken = recordings.length === 0;
    for (const id of recordings) {
      const room = byId.get(id);
      if (room === undefined || room.exchanges <= 0 || room.bytes <= 0) continue;
      room.exchanges--;
      room.bytes -= packed.content.length;
      room.counted++;
      room.countedBytes += packed.content.length;
      isTaken = true;
    }
    if (isTaken) taken.push(packed);
  }
  for (const { id, counted, countedBytes } of rooms)
    if (counted > 0)
      await run("update recordings set recorded = recorded + $2, bytes = bytes + $3 where id = $1", [
        id,
        counted,
        countedBytes,
      ]);
  return taken;
}
