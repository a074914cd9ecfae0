import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import pg from "pg";
import type { EmbeddedDatabase } from "./types.js";

// Built before the tests run.
const gateway = path.resolve(import.meta.dirname, "../../dist/embedded/gateway.test.helper.js");

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

/** What a gateway process says, line by line. */
export interface Gateway {
  readonly child: ChildProcess;
  next(): Promise<Record<string, unknown>>;
  /** Kills the process at once and waits for its end. */
  kill(): Promise<void>;
  /** Asks it to stop its database and to end. */
  stop(): Promise<void>;
}

/** @param args the data folder, and `write` where it shall commit rows */
export function runGateway(args: string[], options: { uid?: number; path?: string } = {}): Gateway {
  const { uid } = options;
  const child = spawn(process.execPath, [gateway, ...args], {
    ...(uid === undefined ? {} : { uid, gid: uid }),
    cwd: "/",
    env: { PATH: options.path ?? process.env["PATH"], TMPDIR: tmpdir() },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<string>((resolve) => child.once("exit", (code, signal) => resolve(`${signal ?? code}`)));
  return {
    child,
    next: async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error(`the gateway process ended with ${await ended}: ${complaints}`);
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
