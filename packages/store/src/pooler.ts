import pg from "pg";
import { translate } from "./failures.js";

/** Two connections that are asked in turn, so often. */
const TURNS = 3;
const CONNECT_MS = 5_000;
const ANSWER_MS = 10_000;

/** What may stand between us and PostgreSQL: a pooler that gives each transaction whatever backend is free. */
export const POOLER_FINDING =
  "A pooler shares PostgreSQL's backends among connections (PgBouncer's pool_mode transaction or statement): locks, notifications and prepared statements break there.";
export const POOLER_ADVICE =
  "Set pool_mode = session for this database, or give PostgreSQL's own address in DATABASE_URL.";

/**
 * Whether two connections that are open at the same moment have one backend, or one of them another than before: then a pooler
 * shares them. With each of its own, as PostgreSQL and session mode give it, this never says so.
 * @throws database-unavailable
 */
export async function sharesBackends(url: string): Promise<boolean> {
  // Without the settings that a pooler may refuse: it is to be found, not to be an error.
  const clients = [0, 1].map(
    () =>
      new pg.Client({
        connectionString: url,
        application_name: "gatehouse-doctor",
        connectionTimeoutMillis: CONNECT_MS,
        query_timeout: ANSWER_MS,
      }),
  );
  // A connection that breaks says so to the question that it breaks under.
  for (const client of clients) client.on("error", () => undefined);
  try {
    const backends: Set<number>[] = [new Set(), new Set()];
    for (const client of clients) await client.connect();
    for (let turn = 0; turn < TURNS; turn++)
      for (const [i, client] of clients.entries()) {
        const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
        for (const { pid } of rows) backends[i]?.add(pid);
      }
    const [first = new Set(), second = new Set()] = backends;
    return first.size > 1 || second.size > 1 || [...first].some((pid) => second.has(pid));
  } catch (thrown) {
    throw translate(thrown);
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  }
}
