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
}

/** {@link ExchangeRows} on PostgreSQL. */
export function createExchangeRows(db: Pick<Queryable, "run" | "transaction">, box: SecretBox): ExchangeRows {
  return {
    live: () => db.run<Recording>(`select ${RECORDING_COLUMNS} from recordings where ${LIVE}`),

    async add(exchanges) {
      if (exchanges.length === 0) return;
      const sealed = exchanges.map(({ whole }) => sealExchange(box, whole));
      await db.transaction(async (run) => {
        for (let i = 0; i < exchanges.length; i += AT_ONCE)
          await insert(run, exchanges.slice(i, i + AT_ONCE), sealed.slice(i, i + AT_ONCE));
        await count(run, exchanges, sealed);
        await run(`select pg_notify('${EXCHANGES_CHANNEL}', '')`);
      });
    },
  };
}

async function insert(run: Run, exchanges: readonly Wanted[], sealed: readonly Buffer[]): Promise<void> {
  const places = exchanges.map((_, row) => {
    const all = Array.from({ length: COLUMNS }, (_, column) => `$${row * COLUMNS + column + 1}`);
    return `(${all.join(", ")})`;
  });
  await run(
    `insert into exchanges (request_id, protocol, route, method, path, status, milliseconds, from_address, peer, node_id,
       request_bytes, response_bytes, content) values ${places.join(", ")}`,
    exchanges.flatMap(({ whole }, i) => [...valuesOf(whole), sealed[i]]),
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

/** In one order: two gateways that count for the same recordings wait for each other, and not in a circle. */
async function count(run: Run, exchanges: readonly Wanted[], sealed: readonly Buffer[]): Promise<void> {
  const counted = new Map<string, { exchanges: number; bytes: number }>();
  for (const [i, { recordings }] of exchanges.entries())
    for (const id of recordings) {
      const before = counted.get(id) ?? { exchanges: 0, bytes: 0 };
      counted.set(id, { exchanges: before.exchanges + 1, bytes: before.bytes + (sealed[i]?.length ?? 0) });
    }
  for (const [id, { exchanges, bytes }] of [...counted].sort(([a], [b]) => (a < b ? -1 : 1)))
    await run("update recordings set recorded = recorded + $2, bytes = bytes + $3 where id = $1", [
      id,
      exchanges,
      bytes,
    ]);
}
