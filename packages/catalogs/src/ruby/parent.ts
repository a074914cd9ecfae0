import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { GatehouseError } from "@gatehouse/core/errors";
import { cleanEnvironment } from "./clean-environment.js";
import { deferred } from "./deferred.js";
import { type FoundRuby, loadPath } from "./find-ruby.js";
import { readLines } from "./lines.js";
import type { Log } from "./log.js";
import type { Account, RunFolder } from "./run-folder.js";

/** What Ruby adds to its messages, with lines of the code in them: agents and reports have one line for a message. */
const PLAIN_MESSAGES = ["--disable=did_you_mean", "--disable=error_highlight"];
/**
 * Ruby's just-in-time compiler: a fifth of the time less. Its memory (MiB) is taken up at once by 3.1: what Puppet runs
 * again and again takes 3, and when there is no more the rest is interpreted. What is called fewer than 30 times is not
 * worth its compilation: the library is loaded a sixth faster.
 */
const YJIT = ["--yjit", "--yjit-exec-mem-size=6", "--yjit-call-threshold=30"];
/** Of the compiler's account, threads too, however many others that account has: modules' code may fork without an end. */
const MOST_PROCESSES = 1024;
/** Bytes in a second of what Ruby prints, and characters of one line: a module may print without an end. */
const MOST_PRINTED = 64 << 10;
const MOST_TEXT = 1000;
const MOST_LINE = 1 << 20;

/** What a worker is told when it begins. */
export interface ForkOrder {
  readonly token: string;
  readonly environment: string;
  /** The folder with the environment's folder. */
  readonly path: string;
  /** What stands in its place in catalogs and messages. */
  readonly shown: string;
}

/** How a process ended; undefined where nobody was there to see. */
export type Ending = { readonly status: number | null; readonly signal: number | null } | undefined;

/**
 * What Linux keeps apart of modules' code and other processes of its user: `memory`, that it reads neither their memory
 * nor their environment or open files; `signals`, that it sends them no signals either; `none`, none of that.
 */
export type Confinement = "signals" | "memory" | "none";

/** What becomes of the parent and its children. */
export interface ParentEvents {
  ready(confinement: Confinement): void;
  /** @param token of the order */
  forked(token: string, pid: number): void;
  failed(token: string, message: string): void;
  exited(pid: number, ending: Ending): void;
  /** @param why it never was ready; undefined where it was */
  gone(why: string | undefined): void;
}

export interface ParentOptions {
  readonly found: FoundRuby;
  /** Whether it may compile what it runs, where it can. */
  readonly jit: boolean;
  readonly folder: RunFolder;
  readonly account: Account | undefined;
  readonly memoryBytes: number;
  /** Of this machine, for the code: `$settings::certname`. */
  readonly servername: string;
  /** A hiera.yaml of the whole server. */
  readonly hiera: string | undefined;
  readonly log: Log;
}

/** The process that has loaded Puppet, and of which workers are forks. */
export interface Parent {
  readonly pid: number | undefined;
  /** Once it can fork. @throws internal when it ends before */
  readonly ready: Promise<void>;
  fork(order: ForkOrder): void;
  /** Ends it, and all that it forked. */
  end(): void;
  /** Ends it though it does not listen: modules' code may have stopped it. */
  kill(): void;
}

export function startParent(options: ParentOptions, events: ParentEvents): Parent {
  const { found, jit, folder, account, memoryBytes, servername, hiera, log } = options;
  const yjit = jit && found.hasYjit ? YJIT : [];
  const child = spawn(
    found.ruby,
    [...PLAIN_MESSAGES, ...yjit, ...loadPath(found.libdir), path.join(folder.programs, "parent.rb")],
    {
      cwd: folder.home,
      env: cleanEnvironment(folder.home),
      stdio: ["pipe", "pipe", "pipe"],
      ...(account ?? {}),
    },
  );
  const { promise: ready, resolve, reject } = deferred<void>();
  const order = (value: unknown) => child.stdin.writable && child.stdin.write(`${JSON.stringify(value)}\n`);
  child.stdin.on("error", () => {});
  const { home, socket } = folder;
  const processes = account === undefined ? null : MOST_PROCESSES;
  order({ home, socket, memoryBytes, processes, servername, hiera: hiera ?? null });
  readLines(child.stdout, MOST_LINE, {
    tooLong: () => child.kill("SIGKILL"),
    line: (bytes) => {
      const news = JSON.parse(bytes.toString()) as News;
      if (news.ready !== undefined) {
        isReady = true;
        events.ready(news.ready.confinement);
        resolve();
      }
      if (news.forked !== undefined && news.pid !== undefined) events.forked(news.forked, news.pid);
      else if (news.failed !== undefined) events.failed(news.failed, news.message ?? "");
      else if (news.exited !== undefined)
        events.exited(news.exited, { status: news.status ?? null, signal: news.signal ?? null });
    },
  });
  const printed = passOn(child, log);
  let isReady = false;
  let isGone = false;
  const gone = (how: string) => {
    if (isGone) return;
    isGone = true;
    const why = `${how}: ${printed()}`;
    reject(new GatehouseError("internal", "The compiler did not start.", { detail: why }));
    events.gone(isReady ? undefined : why);
  };
  child.on("error", (error) => gone(error.message));
  // Not "close": workers hold its stderr, and may live longer.
  child.on("exit", (code, signal) => gone(`the parent ended with ${signal ?? code}`));
  return {
    pid: child.pid,
    ready,
    fork: (said) => order({ fork: said }),
    end: () => child.stdin.end(),
    kill: () => child.kill("SIGKILL"),
  };
}

interface News {
  readonly ready?: { readonly confinement: Confinement };
  readonly forked?: string;
  readonly pid?: number;
  readonly failed?: string;
  readonly message?: string;
  readonly exited?: number;
  readonly status?: number | null;
  readonly signal?: number | null;
}

/**
 * What Ruby and modules print goes to the log, as much of it as anybody reads: the rest is read and dropped, or who
 * prints would wait.
 * @returns the last that was printed
 */
function passOn({ stderr }: ChildProcess, log: Log): () => string {
  let last = "";
  let second = 0;
  let printed = 0;
  stderr?.on("data", (chunk: Buffer) => {
    const now = Math.floor(Date.now() / 1000);
    if (now !== second) printed = 0;
    second = now;
    printed += chunk.length;
    if (printed > MOST_PRINTED) return;
    last = chunk.toString().trim();
    for (const line of last.split("\n")) log.debug("the compiler printed", { text: line.slice(0, MOST_TEXT) });
  });
  return () => last.slice(-MOST_TEXT);
}
