import { readFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import type { Site } from "./gateway.js";

/** Runs `work` on the database of a running site: the given one, or the embedded one through its socket. */
export async function withDatabase<T>(site: Site, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(
    site.databaseUrl === null ? embedded(site.dataDir) : { connectionString: site.databaseUrl },
  );
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

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
