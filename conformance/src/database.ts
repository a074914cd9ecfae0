import { readdirSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import type { Site } from "./gateway.js";

/** Runs `work` on the database of a running site: the given one, or the embedded one through its socket. */
export async function withDatabase<T>(site: Site, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(connectionOf(site));
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** How the database of a running site is reached. */
export const connectionOf = ({ databaseUrl, dataDir }: Site): pg.ClientConfig =>
  databaseUrl === null ? embedded(dataDir) : { connectionString: databaseUrl };

/** Where the embedded database listens, from its pid file (lines: pid, folder, start, port, socket folder, host). */
function embedded(dataDir: string): pg.ClientConfig {
  const folder = path.join(dataDir, "postgres");
  const lines = readFileSync(path.join(folder, "pg", "postmaster.pid"), "utf8").split("\n");
  const common = { port: Number(lines[3]), user: "gatehouse", database: "gatehouse" };
  const socketDir = lines[4] ?? "";
  if (socketDir !== "") return { ...common, host: socketDir };
  return {
    ...common,
    host: "127.0.0.1",
    password: readFileSync(path.join(folder, "postgres.password"), "utf8").trim(),
  };
}

/** Takes the database away from the gateways of a site; the returned function gives it back to them. */
export const takeDatabaseAway = (site: Site): Promise<() => Promise<void>> =>
  site.databaseUrl === null ? stopEmbedded(site.dataDir) : closeDatabase(site.databaseUrl);

/** Lets nobody into the database any more; the returned function lets them in again. */
async function closeDatabase(url: string): Promise<() => Promise<void>> {
  const name = new URL(url).pathname.slice(1);
  const admin = async (...statements: string[]) => {
    const client = new pg.Client({ connectionString: process.env["DATABASE_URL"] });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };
  await admin(
    `alter database ${name} allow_connections false`,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
  );
  return () => admin(`alter database ${name} allow_connections true`);
}

/** Freezes this site's embedded server; the returned function kills it, and its gateway is to start a new one. */
async function stopEmbedded(dataDir: string): Promise<() => Promise<void>> {
  const pid = Number(readFileSync(`${dataDir}/postgres/pg/postmaster.pid`, "utf8").split("\n")[0]);
  const family = [pid, ...childrenOf(pid)];
  for (const member of family) process.kill(member, "SIGSTOP");
  return async () => {
    for (const member of family) process.kill(member, "SIGKILL");
  };
}

function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        return (
          realpathSync(`/proc/${pid}`) !== "" &&
          readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[1] === String(parent)
        );
      } catch {
        return false;
      }
    });
}
