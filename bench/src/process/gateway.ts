import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { ClientConfig } from "pg";
import { type ServerChild, startServer } from "./child.js";

const COMMAND = fileURLToPath(new URL("../../../apps/gatehouse/bin/gatehouse.mjs", import.meta.url));

interface Ready {
  readonly http: string;
  readonly https: string;
  /** A file: what the certificate of `https` chains to. */
  readonly ca: string;
}

/** A gateway process with its embedded database. */
export interface Gateway extends ServerChild<Ready> {
  readonly dataDir: string;
  /** Of plain HTTP, and of HTTPS. */
  readonly port: number;
  readonly httpsPort: number;
  /** The embedded PostgreSQL's first process. */
  readonly postmaster: number;
  readonly database: ClientConfig;
}

/** The environment without the settings of the person who runs the benchmark: the gateway's defaults are measured. */
function bareEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:GATEHOUSE_|DATABASE_URL$|PG|NODE_OPTIONS$)/.test(name)),
  );
}

/**
 * Starts the built gateway as an operator would, with its log going to a file.
 * @param onSpawn told its pid before it is ready
 * @param settings variables of its environment, where the defaults are not what is measured
 */
export async function startGateway(
  dataDir: string,
  onSpawn?: (pid: number) => void,
  settings: Readonly<Record<string, string>> = {},
): Promise<Gateway> {
  const args = ["serve", "--ready-json", "--data", dataDir, "--http", "127.0.0.1:0", "--https", "127.0.0.1:0"];
  const env = { ...bareEnvironment(), ...settings };
  const child = await startServer<Ready>([COMMAND, ...args], `${dataDir}.log`, env, onSpawn);
  const { pid: postmaster, database } = embeddedDatabase(dataDir);
  const [port, httpsPort] = [child.ready.http, child.ready.https].map((url) => Number(new URL(url).port));
  return { ...child, dataDir, port: port ?? 0, httpsPort: httpsPort ?? 0, postmaster, database };
}

/** Runs the `gatehouse` command against the gateway of a data folder. */
export async function gatehouse(dataDir: string, ...args: string[]): Promise<void> {
  await promisify(execFile)(process.execPath, [COMMAND, "--data", dataDir, ...args], { env: bareEnvironment() });
}

/**
 * Where the embedded database listens, from its pid file (lines: pid, folder, start, port, socket folder, host).
 * @throws when there is none
 */
export function embeddedDatabase(dataDir: string): { pid: number; database: ClientConfig } {
  const folder = path.join(dataDir, "postgres");
  const lines = readFileSync(path.join(folder, "pg", "postmaster.pid"), "utf8").split("\n");
  const common = { port: Number(lines[3]), user: "gatehouse", database: "gatehouse", ssl: false };
  const socketDir = lines[4] ?? "";
  const address =
    socketDir === ""
      ? { host: "127.0.0.1", password: readFileSync(path.join(folder, "postgres.password"), "utf8").trim() }
      : { host: socketDir };
  return { pid: Number(lines[0]), database: { ...common, ...address } };
}
