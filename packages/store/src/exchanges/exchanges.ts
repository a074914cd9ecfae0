import type { ExchangeFilter, ExchangeSummary, Exchanges } from "@gatehouse/core/exchanges";
import { cleanText } from "../clean.js";
import { Conditions } from "../conditions.js";
import { cut, decodeTimeCursor, isBigint } from "../cursor.js";
import type { Database } from "../database.js";
import type { SecretBox } from "../secret-box.js";
import { isUuid } from "../uuid.js";
import { Follower } from "./follower.js";
import { openExchange } from "./sealed.js";

const SUMMARY = `e.id, e.request_id as "requestId", e.at, e.milliseconds as "durationMs", e.protocol, e.route, e.method, e.path,
  e.status, e.from_address as "from", e.peer, e.node_id as "nodeId", n.name as "nodeName",
  e.request_bytes as "requestBytes", e.response_bytes as "responseBytes"`;
const FROM = "exchanges e left join nodes n on n.id = e.node_id";

/** {@link Exchanges} on PostgreSQL; `close` ends what follows them. */
export function createExchanges(
  db: Pick<Database, "run" | "notifications">,
  box: SecretBox,
): Exchanges & { close(): Promise<void> } {
  const follower = new Follower(db, {
    newest: async () => (await db.run<{ id: string }>("select coalesce(max(id), 0)::text as id from exchanges"))[0]?.id,
    after: (id, limit) =>
      db.run<ExchangeSummary>(`select ${SUMMARY} from ${FROM} where e.id > $1 order by e.id limit $2`, [id, limit]),
  });
  return {
    async list(filter, { limit, after }) {
      const conditions = conditionsOf(filter);
      if (after !== undefined) conditions.add("e.id < ?", decodeTimeCursor(after)[1]);
      const rows = await db.run<ExchangeSummary>(
        `select ${SUMMARY} from ${FROM} ${conditions.where} order by e.id desc limit ${conditions.value(limit + 1)}`,
        conditions.values,
      );
      const { page, next } = cut(rows, limit, ({ at, id }) => [at.toISOString(), id]);
      return { exchanges: page, next };
    },

    async find(id) {
      if (!isBigint(id)) return undefined;
      const [row] = await db.run<ExchangeSummary & { sealed: Buffer; sealedId: string; start: number }>(
        `select ${SUMMARY}, c.content as sealed, c.id as "sealedId", e.content_start as start
         from ${FROM} join exchange_contents c on c.id = e.content_id and c.at = e.at where e.id = $1`,
        [id],
      );
      if (row === undefined) return undefined;
      const { sealed, sealedId, start, ...summary } = row;
      return { ...summary, content: openExchange(box, { sealed, id: sealedId, start }, summary.requestId) };
    },

    follow: (filter, on) => follower.follow(JSON.stringify(filter), (exchange) => fits(filter, exchange), on),
    close: () => follower.close(),
  };
}

function conditionsOf(filter: ExchangeFilter): Conditions {
  const { nodeId, protocol, route, method, leastStatus, mostStatus, since, until } = filter;
  const conditions = new Conditions()
    .add("e.protocol = ?", protocol && cleanText(protocol))
    .add("starts_with(e.route, ?)", route && cleanText(route))
    .add("e.method = ?", method && cleanText(method))
    .add("e.status >= ?", leastStatus)
    .add("e.status <= ?", mostStatus)
    .add("e.at >= ?", since)
    .add("e.at < ?", until);
  // A foreign text is no uuid for PostgreSQL: nothing has it.
  return nodeId === undefined || isUuid(nodeId)
    ? conditions.add("e.node_id = ?::uuid", nodeId)
    : conditions.also("false");
}

/** The same of one exchange, for who follows them. */
const fits = (
  { nodeId, protocol, route, method, leastStatus, mostStatus, since, until }: ExchangeFilter,
  exchange: ExchangeSummary,
): boolean =>
  (nodeId === undefined || nodeId === exchange.nodeId) &&
  (protocol === undefined || protocol === exchange.protocol) &&
  (route === undefined || exchange.route.startsWith(route)) &&
  (method === undefined || method === exchange.method) &&
  (leastStatus === undefined || exchange.status >= leastStatus) &&
  (mostStatus === undefined || exchange.status <= mostStatus) &&
  (since === undefined || exchange.at >= since) &&
  (until === undefined || exchange.at < until);
