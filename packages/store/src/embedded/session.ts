import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { databaseUser } from "./initdb.js";
import { hasCode } from "./refusal.js";
import type { Address } from "./types.js";

/** The database of the gateway; the supervisor itself stays in `postgres`, where nobody else locks anything. */
export const databaseName = "gatehouse";

/** The setting in which a server carries the token of the process that started it. */
export const ownerSetting = "gatehouse.owner";

// "gatehou" in ASCII: a constant that no migration picks by chance.
const lockKey = "29099075146641269";
const duplicateDatabase = "42P04";

/** The supervisor's own connection; it holds the lock on the data folder as long as it lives. */
export interface Session {
  readonly version: string;
  /** Token of the process that started the server; empty when it was not a gateway. */
  readonly owner: string;
  /** Takes the lock for the life of this connection; false when another gateway has it. */
  tryLock(): Promise<boolean>;
  /** Creates the gateway's database; false when it exists. */
  ensureDatabase(): Promise<boolean>;
  /** Settles once the connection is gone, for whatever reason. */
  readonly ended: Promise<void>;
  /** Closes the connection and with it gives the lock back. Never rejects. */
  close(): Promise<void>;
}

const closeWaitMs = 2_000;

/**
 * Connects to the server's maintenance database.
 * @throws pg's own errors, as for a server that is still starting
 */
export async function openSession(address: Address): Promise<Session> {
  const client = new pg.Client({
    ...address,
    user: databaseUser,
    database: "postgres",
    application_name: "gatehouse-supervisor",
    connectionTimeoutMillis: 5_000,
    ssl: false,
  });
  const ended = new Promise<void>((resolve) => client.once("end", resolve));
  // An error without listener would end the process; the end event that follows it is what counts.
  client.on("error", () => {});
  await client.connect();
  // A server that froze would not say goodbye: the stop goes on without it.
  const close = () => Promise.race([client.end().catch(() => {}), sleep(closeWaitMs, undefined, { ref: false })]);
  try {
    const sql = `SELECT current_setting('server_version') AS version, coalesce(current_setting($1, true), '') AS owner`;
    const [row] = (await client.query<{ version: string; owner: string }>(sql, [ownerSetting])).rows;
    const version = row?.version.split(" ")[0] ?? "";
    return {
      version,
      owner: row?.owner ?? "",
      tryLock: () => tryLock(client),
      ensureDatabase: () => create(client),
      ended,
      close,
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/** The connection string of the gateway's database for pg and TypeORM. */
export function connectionUrl(address: Address): string {
  const { host, port, password } = address;
  // Port and sslmode are spelled out because pg would else take them from PGPORT and PGSSLMODE.
  if (password !== undefined) {
    return `postgresql://${databaseUser}:${encodeURIComponent(password)}@${host}:${port}/${databaseName}?sslmode=disable`;
  }
  return `postgresql://${databaseUser}@localhost:${port}/${databaseName}?host=${encodeURIComponent(host)}&sslmode=disable`;
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>("SELECT pg_try_advisory_lock($1::bigint) AS taken", [
    lockKey,
  ]);
  return rows[0]?.taken === true;
}

async function create(client: pg.Client): Promise<boolean> {
  const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [databaseName]);
  if (rowCount !== 0) return false;
  try {
    await client.query(`CREATE DATABASE ${databaseName}`);
    return true;
  } catch (thrown) {
    if (hasCode(thrown, duplicateDatabase)) return false;
    throw thrown;
  }
}
