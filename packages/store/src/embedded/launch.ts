import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import path from "node:path";
import { type Account, mapCommand } from "./account.js";
import type { Layout } from "./layout.js";
import type { Binaries } from "./locate.js";
import { refusal } from "./refusal.js";

/** Exit code of `flock` when another process holds the lock file; PostgreSQL never uses it. */
export const lockHeld = 75;

// The folder may be another user's, who put a link there; Windows has no such flag.
const APPEND = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);

// What setpriv and unshare end with when the program behind them is the problem.
const notExecutable = 126;
const notFound = 127;

/** Starts PostgreSQL's programs as the right user and tied to our life. */
export interface Launcher {
  /** Runs a program to its end and gives its exit code and output. */
  run(program: string, args: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }>;
  /** Starts the server with its output in the log file. The child's pid is the postmaster's. */
  serve(args: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess;
}

/**
 * Finds out which helpers this system has. All of them replace themselves by the next program, so pid and
 * parent stay.
 * - `setpriv`: the kernel sends SIGINT (fast shutdown) when our thread ends, even by kill -9
 * - `flock`: a kernel lock on the folder that also holds between containers, where pids mean nothing
 */
export function makeLauncher(layout: Layout, binaries: Binaries, account: Account): Launcher {
  const as = account.kind === "user" ? { uid: account.uid, gid: account.gid } : {};
  // The caller's folder may be closed to the other user, and PostgreSQL insists on knowing where it is.
  const options: SpawnOptions = { ...as, cwd: layout.dataDir, windowsHide: true };
  const mapped = account.kind === "mapped" ? mapCommand : [];
  const works = (helper: string[], ...codes: number[]): boolean => {
    const [program = "", ...args] = [...mapped, ...helper, "true"];
    return codes.includes(spawnSync(program, args, { ...as, cwd: layout.dataDir, stdio: "ignore" }).status ?? -1);
  };
  const linux = process.platform === "linux";
  const setpriv = ["setpriv", "--pdeathsig", "INT"];
  const flock = ["flock", "--nonblock", "--no-fork", "--conflict-exit-code", String(lockHeld), layout.lock];
  const tied = linux && works(setpriv, 0) ? [...mapped, ...setpriv] : mapped;
  const locked = linux && works(flock, 0, lockHeld) ? flock : [];

  const start = (command: string[], more: SpawnOptions): ChildProcess => {
    const [program = "", ...args] = command;
    return spawn(program, args, { ...options, ...more });
  };
  return {
    run: (program, args) => {
      const command = [...tied, path.join(binaries.bin, program), ...args];
      const child = start(command, { env: environmentFor(layout, binaries), stdio: ["ignore", "pipe", "pipe"] });
      const cannot = (detail: string, cause?: unknown) => {
        const advice = "run the gateway as a user that may, or set DATABASE_URL";
        return refusal(`PostgreSQL's programs in ${binaries.bin} cannot be run: ${advice}.`, detail, cause);
      };
      return collect(child).then(
        (ended) => {
          if (ended.code === notExecutable || ended.code === notFound) throw cannot(ended.output);
          return ended;
        },
        (thrown: unknown) => {
          throw cannot(String(thrown), thrown);
        },
      );
    },
    serve: (args, environment) => {
      const log = openSync(layout.log, APPEND, 0o600);
      try {
        return start([...tied, ...locked, path.join(binaries.bin, "postgres"), ...args], {
          env: { ...environmentFor(layout, binaries), ...environment },
          stdio: ["ignore", log, log],
          // Ctrl-C reaches every process of the terminal's group: the database must outlive our own drain.
          detached: process.platform !== "win32",
        });
      } finally {
        closeSync(log);
      }
    },
  };
}

function collect(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (chunk: string) => {
        output += chunk;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

// Only what the programs need: the gateway's secrets do not belong there, and PG* variables would mislead them.
function environmentFor(layout: Layout, binaries: Binaries): Record<string, string> {
  const kept: Record<string, string> = { LC_ALL: "C" };
  for (const name of ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SystemRoot", "LD_LIBRARY_PATH"]) {
    const value = process.env[name];
    if (value !== undefined) kept[name] = value;
  }
  if (binaries.lib === undefined) return kept;
  const search = [layout.lib, binaries.lib].join(path.delimiter);
  const name = process.platform === "darwin" ? "DYLD_LIBRARY_PATH" : "LD_LIBRARY_PATH";
  return { ...kept, [name]: kept[name] === undefined ? search : `${search}${path.delimiter}${kept[name]}` };
}
