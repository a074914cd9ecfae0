import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";

/** The program, as `node` runs it. */
export const COMMAND = fileURLToPath(new URL("../../apps/gatehouse/bin/gatehouse.mjs", import.meta.url));

/** A gateway process as a conformance suite drives it. */
export interface GatewayProcess {
  readonly http: string;
  readonly https: string;
  readonly ca: string;
  /** An admin token; empty where this data folder has none. */
  readonly token: string;
  readonly pid: number;
  /** Everything that it logged so far. */
  log(): string;
  /** kill -9. */
  crash(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** A data folder, and a database beside it where DATABASE_URL names a server: outlives its gateways. */
export interface Site {
  readonly dataDir: string;
  /** Null on the embedded database. */
  readonly databaseUrl: string | null;
  /** Settings that a command needs that works on the database itself. */
  readonly settings: Readonly<Record<string, string>>;
  start(options?: { args?: readonly string[]; env?: Readonly<Record<string, string>> }): Promise<GatewayProcess>;
  /** Runs the `gatehouse` command against this site's gateway. */
  command(...args: string[]): Promise<{ code: number | null; out: string; err: string }>;
  remove(): Promise<void>;
}

/** Makes a new site, on the embedded database or on the server that DATABASE_URL names. */
export async function newSite(): Promise<Site> {
  const dataDir = mkdtempSync(path.join(tmpdir(), "gatehouse-site-"));
  const server = process.env["DATABASE_URL"];
  const name = `gatehouse_conformance_${randomBytes(6).toString("hex")}`;
  if (server !== undefined) await administrate(server, `create database ${name}`);
  const databaseUrl = server === undefined ? null : Object.assign(new URL(server), { pathname: `/${name}` }).toString();
  const keyFile = path.join(dataDir, "given.key");
  if (databaseUrl !== null) writeFileSync(keyFile, randomBytes(32).toString("hex"), { mode: 0o600 });
  const env: Record<string, string> = { GATEHOUSE_LOG_FORMAT: "json" };
  for (const [key, value] of Object.entries(process.env)) {
    if (value !== undefined && !key.startsWith("GATEHOUSE_") && key !== "DATABASE_URL") env[key] = value;
  }
  const settings: Record<string, string> =
    databaseUrl === null ? {} : { DATABASE_URL: databaseUrl, GATEHOUSE_INSTANCE_KEY_FILE: keyFile };
  Object.assign(env, settings);
  const running = new Set<ChildProcess>();

  return {
    dataDir,
    databaseUrl,
    settings,
    start: ({ args = [], env: extra = {} } = {}) =>
      start(["--data", dataDir, ...args], { ...env, ...extra }, running, dataDir),
    command: (...args) => command(["--data", dataDir, ...args], env),
    remove: async () => {
      for (const child of running) await end(child, "SIGTERM");
      if (server !== undefined) await administrate(server, `drop database if exists ${name} with (force)`);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function start(
  args: readonly string[],
  env: Record<string, string>,
  running: Set<ChildProcess>,
  dataDir: string,
): Promise<GatewayProcess> {
  const child = spawn(
    process.execPath,
    [COMMAND, "serve", "--ready-json", "--http", "127.0.0.1:0", "--https", "127.0.0.1:0", ...args],
    { env },
  );
  running.add(child);
  let out = "";
  let log = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    log += chunk;
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", () => out.includes("\n") && resolve());
    child.on("exit", (code) => {
      running.delete(child);
      reject(new Error(`the gateway ended with ${code}:\n${log}`));
    });
  });
  const ready = JSON.parse(out.split("\n")[0] ?? "");
  return {
    ...ready,
    token: ready.token ?? earlierToken(dataDir),
    log: () => log,
    crash: async () => {
      await end(child, "SIGKILL");
    },
    stop: () => end(child, "SIGTERM"),
  };
}

/** What an earlier start on this folder left there; nothing where another gateway made the database's first token. */
function earlierToken(dataDir: string): string {
  const file = path.join(dataDir, "admin.token");
  return existsSync(file) ? readFileSync(file, "utf8").trim() : "";
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  const gone = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  child.kill(signal);
  return gone;
}

function command(
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [COMMAND, ...args], { env });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    child.on("close", (code) => resolve({ code, out, err }));
  });
}

async function administrate(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
