import { createServer } from "node:net";
import { processToken } from "./postmaster.js";
import { ownerSetting } from "./session.js";
import type { Address, EmbeddedOptions } from "./types.js";

// What fits a small server that is not the database's alone.
const base: Readonly<Record<string, string>> = {
  max_connections: "60",
  shared_buffers: "64MB",
  max_wal_size: "512MB",
  min_wal_size: "64MB",
  timezone: "UTC",
  log_timezone: "UTC",
  // Just-in-time compilation costs more than it gives for short statements.
  jit: "off",
  log_checkpoints: "off",
  // A failed statement is the gateway's to report; PostgreSQL would write its text and rows into the log.
  log_min_messages: "log",
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
};

const unsafe = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };

/** The server's arguments: our settings, then the operator's, then what must not be changed. */
export function serverArguments(cluster: string, address: Address, options: EmbeddedOptions): string[] {
  const all: Record<string, string> = {
    ...base,
    ...(options.durable === false ? unsafe : {}),
    ...options.settings,
    listen_addresses: address.host.startsWith("/") ? "" : address.host,
    unix_socket_directories: address.host.startsWith("/") ? address.host : "",
    port: String(address.port),
    [ownerSetting]: processToken(process.pid),
  };
  return ["-D", cluster, ...Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`])];
}

/** Where a server that we start shall listen: in the socket folder, on Windows on a free port of the loopback. */
export async function chooseAddress(socketDir: string, password: string | undefined): Promise<Address> {
  if (password === undefined) return { host: socketDir, port: 5432 };
  return { host: "127.0.0.1", port: await freePort(), password };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
