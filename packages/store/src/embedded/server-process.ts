import { type ChildProcess, spawnSync } from "node:child_process";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Binaries } from "./locate.js";
import { readPostmaster } from "./postmaster.js";

/** A running postmaster, whether our child or not. */
export interface ServerProcess {
  readonly pid: number;
  /** Settles when the process has ended, with the reason in words. */
  readonly exited: Promise<string>;
  /** Fast shutdown; after 10 s an immediate one, which costs a recovery at the next start. Never rejects. */
  stop(): Promise<void>;
}

const stopWaitMs = 10_000;
const pollMs = 100;

/** Watches over a server that we started. */
export function ownProcess(child: ChildProcess, cluster: string, binaries: Binaries): ServerProcess {
  const exited = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`could not run: ${error.message}`));
    child.once("exit", (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
  // While we have not reaped our child, its pid cannot be anyone else's.
  const isOurs = () => child.exitCode === null && child.signalCode === null;
  return { pid: child.pid ?? 0, exited, stop: () => stop(child.pid ?? 0, exited, isOurs, cluster, binaries) };
}

/** Watches over a server that another process started; it has no parent to tell us of its end, so it is polled. */
export function adoptedProcess(pid: number, cluster: string, binaries: Binaries): ServerProcess {
  const isOurs = () => {
    try {
      const found = readPostmaster(cluster);
      return found?.pid === pid && found.state === "live";
    } catch {
      // What cannot be proven ours must not get a signal.
      return false;
    }
  };
  const exited = (async () => {
    while (isOurs()) await sleep(pollMs);
    return "it was stopped";
  })();
  return { pid, exited, stop: () => stop(pid, exited, isOurs, cluster, binaries) };
}

async function stop(pid: number, exited: Promise<string>, isOurs: () => boolean, cluster: string, binaries: Binaries) {
  for (const [signal, mode] of [
    ["SIGINT", "fast"],
    ["SIGQUIT", "immediate"],
  ] as const) {
    if (pid === 0 || !isOurs()) break;
    if (process.platform === "win32") {
      // There are no signals on Windows: process.kill would end the server without any shutdown.
      spawnSync(path.join(binaries.bin, "pg_ctl.exe"), ["stop", "-D", cluster, "-m", mode, "-W"], { stdio: "ignore" });
    } else {
      send(pid, signal);
    }
    if (await settlesWithin(exited, stopWaitMs)) return;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile, which is what was wanted.
  }
}

async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const timeout = sleep(ms, false, { signal: timer.signal }).catch(() => false);
  const settled = await Promise.race([promise.then(() => true), timeout]);
  timer.abort();
  return settled;
}
