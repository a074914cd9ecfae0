import type { ExchangeRows, Recording, WholeExchange } from "@gatehouse/core/exchanges";
import { cleanText } from "../clean.js";
import type { Queryable, Run } from "../database.js";
import type { SecretBox } from "../secret-box.js";
import { LIVE, RECORDING_COLUMNS } from "./recordings.js";
import { sealExchange } from "./sealed.js";

/** Where new exchanges are told. */
export const EXCHANGES_CHANNEL = "gatehouse_exchanges";

/** Rows of one statement: each brings its content as a parameter. */
const AT_ONCE = 50;
const COLUMNS = 13;

interface Wanted {
  readonly whole: WholeExchange;
  readonly recordings: readonly string[];
  readonly content: Buffer;
}

/** {@link ExchangeRows} on PostgreSQL. */
export function createExchangeRows(db: Pick<Queryable, "run" | "transaction">, box: SecretBox): ExchangeRows {
  return {
    live: () => db.run<Recording>(`select ${RECORDING_COLUMNS} from recordings where ${LIVE}`),

    async add(exchanges) {
      if (exchanges.length === 0) return;
      const sealed = exchanges.map(({ whole, recordings }) => ({
        whole,
        recordings,
        content: sealExchange(box, whole),
      }));
      await db.transaction(async (run) => {
        const taken = await taking(run, sealed);
        for (let i = 0; i < taken.length; i += AT_ONCE) await insert(run, taken.slice(i, i + AT_ONCE));
        if (taken.length > 0) await run(`select pg_notify('${EXCHANGES_CHANNEL}', '')`);
      });
    },
  };
}

async function insert(run: Run, exchanges: readonly Wanted[]): Promise<void> {
  const places = exchanges.map((_, row) => {
    const all = Array.from({ length: COLUMNS }, (_, column) => `$${row * COLUMNS + column + 1}`);
    return `(${all.join(", ")})`;
  });
  await run(
    `insert into exchanges (request_id, protocol, route, method, path, status, milliseconds, from_address, peer, node_id,
       request_bytes, response_bytes, content) values ${places.join(", ")}`,
    exchanges.flatMap(({ whole, content }) => [...valuesOf(whole), content]),
  );
}

const valuesOf = (whole: WholeExchange) => [
  whole.requestId,
  whole.protocol,
  whole.route,
  cleanText(whole.method),
  cleanText(whole.url.split("?", 1)[0] ?? "").slice(0, MOST_PATH),
  whole.status,
  whole.durationMs,
  whole.from === undefined ? null : cleanText(whole.from),
  whole.peer === undefined ? null : cleanText(whole.peer),
  whole.caller?.nodeId ?? null,
  whole.request.size,
  whole.response?.size ?? null,
];

/** Characters of a path in lists. */
const MOST_PATH = 1024;

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
async function taking(run: Run, exchanges: readonly Wanted[]): Promise<Wanted[]> {
  const ids = [...new Set(exchanges.flatMap(({ recordings }) => recordings))];
  if (ids.length === 0) return [...exchanges];
  const rooms = await run<Room>(
    `select id, most - recorded as exchanges, ((megabytes::bigint << 20) - bytes)::float8 as bytes,
       0 as counted, 0 as "countedBytes"
     from recordings where id = any($1::uuid[]) and ${LIVE} order by id for update`,
    [ids],
  );
  const byId = new Map(rooms.map((room) => [room.id, room]));
  const taken = exchanges.filter(({ recordings, content }) => {
    const takers = recordings
      .flatMap((id) => byId.get(id) ?? [])
      .filter((room) => room.exchanges > 0 && room.bytes > 0);
    for (const room of takers) {
      room.exchanges--;
      room.bytes -= content.length;
      room.counted++;
      room.countedBytes += content.length;
    }
    return takers.length > 0 || recordings.length === 0;
  });
  for (const { id, counted, countedBytes } of rooms)
    if (counted > 0)
      await run("update recordings set recorded = recorded + $2, bytes = bytes + $3 where id = $1", [
        id,
        counted,
        countedBytes,
      ]);
  return taken;
}
