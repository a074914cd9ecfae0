import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { connectionOf } from "./database.js";
import type { Site } from "./gateway.js";

const PGBOUNCER = "/usr/sbin/pgbouncer";
const NOBODY = 65_534;

/** What has to be installed for it to be tried; undefined where it is. */
export const missingPgBouncer = (): string | undefined =>
  existsSync(PGBOUNCER) ? undefined : `${PGBOUNCER}: apt-get install pgbouncer`;

export interface PgBouncer {
  /** A connection URL. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Debian's PgBouncer before the database of a running site. */
export async function startPgBouncer(site: Site, mode: "session" | "transaction"): Promise<PgBouncer> {
  const { host, port, user, password, database } = new pg.Client(connectionOf(site));
  const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-pgbouncer-"));
  const own = await freePort();
  const relay = host.startsWith("/") ? await relayTo(path.join(host, `.s.PGSQL.${port}`)) : undefined;
  const [at, atPort] = relay === undefined ? [host, port] : ["127.0.0.1", (relay.address() as net.AddressInfo).port];
  const secret = typeof password === "string" && password !== "" ? ` password='${password.replaceAll("'", "''")}'` : "";
  const files = {
    "users.txt": `"gatehouse" ""\n`,
    "pgbouncer.ini": [
      "[databases]",
      `gatehouse = host=${at} port=${atPort} dbname=${database} user=${user}${secret}`,
      "[pgbouncer]",
      `listen_addr = 127.0.0.1\nlisten_port = ${own}\nunix_socket_dir =`,
      `auth_type = trust\nauth_file = ${folder}/users.txt`,
      `pool_mode = ${mode}\ndefault_pool_size = 50\nignore_startup_parameters = statement_timeout,extra_float_digits`,
      "",
    ].join("\n"),
  };
  // It does not run as root.
  const isRoot = process.getuid?.() === 0;
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text, { mode: 0o600 });
  if (isRoot) for (const name of ["", ...Object.keys(files)]) chownSync(path.join(folder, name), NOBODY, NOBODY);
  chmodSync(folder, 0o700);
  const child = spawn(PGBOUNCER, [path.join(folder, "pgbouncer.ini")], isRoot ? { uid: NOBODY, gid: NOBODY } : {});
  let log = "";
  child.stderr.on("data", (chunk) => {
    log += chunk;
  });
  await listening(child, own, () => log);
  return {
    url: `postgresql://gatehouse@127.0.0.1:${own}/gatehouse`,
    stop: async () => {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGKILL");
        await gone;
      }
      relay?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The embedded server's socket is its user's alone, which PgBouncer is not. */
async function relayTo(socket: string): Promise<net.Server> {
  const server = net.createServer((client) => {
    const upstream = net.connect(socket);
    for (const one of [client, upstream])
      one.on("error", () => undefined).on("close", () => (one === client ? upstream : client).destroy());
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listening(child: ChildProcess, port: number, log: () => string): Promise<void> {
  const answers = () =>
    new Promise<boolean>((resolve) => {
      const socket = net.connect(port, "127.0.0.1", () => resolve(true));
      socket.on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });
  while (!(await answers())) {
    if (child.exitCode !== null) throw new Error(`pgbouncer ended with ${child.exitCode}:\n${log()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
