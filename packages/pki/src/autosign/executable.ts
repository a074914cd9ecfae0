import { spawn } from "node:child_process";

export interface ProgramRun {
  readonly path: string;
  readonly certname: string;
  readonly pem: string;
  readonly timeoutMs: number;
}

/** Whether the program said yes, and else why not. */
export type ProgramAnswer = { readonly signed: boolean; readonly why: string };

/** Runs a policy program. */
export type RunProgram = (run: ProgramRun) => Promise<ProgramAnswer>;

/** Of what it prints, as much as an operator wants to read. */
const MOST_OUTPUT = 2000;
/** How long its output is waited for once it has ended. */
const PIPE_MS = 500;

/**
 * Runs programs as Puppet does (wire/puppet.md section 4, autosign): certname as the one argument, the request on
 * stdin, exit status 0 signs. Whatever else happens, it does not: a program that hangs, cannot be started, or dies.
 * Anybody may send a request, so only so many run and wait at once.
 */
export function createProgramRunner({ atOnce = 4, waiting = 100 } = {}): RunProgram {
  let running = 0;
  const queue: (() => void)[] = [];
  return async (run) => {
    if (running >= atOnce) {
      if (queue.length >= waiting) return { signed: false, why: "too many policy programs are running" };
      await new Promise<void>((resolve) => queue.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await runOnce(run);
    } finally {
      const next = queue.shift();
      // Its place is handed on as it is.
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

function runOnce({ path, certname, pem, timeoutMs }: ProgramRun): Promise<ProgramAnswer> {
  return new Promise((resolve) => {
    const child = spawn(path, [certname], {
      // No secret of ours is in its reach; it finds what a shell script needs.
      env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8" },
      cwd: "/",
      stdio: ["pipe", "ignore", "pipe"],
      // A group of its own, so that what it started ends with it.
      detached: true,
    });
    let printed = "";
    let late = false;
    const kill = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // No such group: it ended by itself in this moment, or this system knows no groups.
        child.kill("SIGKILL");
      }
    };
    const timer = setTimeout(() => {
      late = true;
      kill();
    }, timeoutMs);
    const done = (signed: boolean, why: string) => {
      clearTimeout(timer);
      child.stderr.destroy();
      resolve({ signed, why: printed === "" ? why : `${why}: ${oneLine(printed)}` });
    };
    child.stderr.on("data", (chunk: Buffer) => {
      if (printed.length < MOST_OUTPUT) printed += chunk.toString("utf8").slice(0, MOST_OUTPUT - printed.length);
    });
    // A program need not read what it is given.
    child.stdin.on("error", () => undefined);
    child.once("error", (error: NodeJS.ErrnoException) =>
      done(false, `could not be run (${error.code ?? error.name})`),
    );
    child.once("exit", (status, signal) => {
      kill();
      const why = late
        ? `did not end within ${timeoutMs / 1000} s`
        : status === null
          ? `was ended by ${signal}`
          : `exited with ${status}`;
      const answer = () => done(!late && status === 0, why);
      // What it printed may still be in the pipe; something that left its group may hold that open for ever.
      const patience = setTimeout(answer, PIPE_MS);
      child.once("close", () => {
        clearTimeout(patience);
        answer();
      });
    });
    child.stdin.end(pem);
  });
}

const oneLine = (text: string): string => text.trim().replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
