import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { hasCode } from "./refusal.js";

/** What postmaster.pid says of the server that wrote it. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Empty when the server listens on TCP only, or has not come that far yet. */
  readonly socketDir: string;
  /**
   * - `live`: a server runs on this very cluster
   * - `dead`: there is no such process
   * - `foreign`: the pid belongs to another program by now
   */
  readonly state: "live" | "dead" | "foreign";
}

/**
 * Reads a cluster's pid file.
 * Format: https://www.postgresql.org/docs/current/storage-file-layout.html and `utils/pidfile.h`.
 * @returns undefined when there is none, or none that can be read yet
 */
export function readPostmaster(cluster: string): Postmaster | undefined {
  let lines: string[];
  try {
    lines = readFileSync(path.join(cluster, "postmaster.pid"), "utf8").split("\n");
  } catch (thrown) {
    if (hasCode(thrown, "ENOENT")) return undefined;
    throw thrown;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3] ?? 0), socketDir: lines[4] ?? "", state: stateOf(pid, cluster) };
}

/** Whether a process with this pid exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (thrown) {
    return !hasCode(thrown, "ESRCH");
  }
  // A zombie has ended; only its parent's attention is missing, which a container's first process may never pay.
  return processStat(pid)?.[0] !== "Z";
}

/** A name for a process that stays unique when its pid is used again, where the system tells (Linux). */
export function processToken(pid: number): string {
  return `${pid}/${processStat(pid)?.[19] ?? ""}`;
}

/** Whether the process that {@link processToken} named still runs. */
export function tokenIsAlive(token: string): boolean {
  const pid = Number(token.split("/")[0]);
  return Number.isInteger(pid) && pid > 0 && isAlive(pid) && processToken(pid) === token;
}

function stateOf(pid: number, cluster: string): Postmaster["state"] {
  if (!isAlive(pid)) return "dead";
  if (process.platform !== "linux") return "live";
  return isServerOf(pid, cluster) ? "live" : "foreign";
}

// A server stays in its cluster's folder, by which it is known even after the folder was moved.
function isServerOf(pid: number, cluster: string): boolean {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    if (!path.basename(command[0] ?? "").startsWith("postgres")) return false;
    try {
      const [its, ours] = [statSync(`/proc/${pid}/cwd`), statSync(cluster)];
      return its.dev === ours.dev && its.ino === ours.ino;
    } catch (thrown) {
      if (!hasCode(thrown, "EACCES", "EPERM")) throw thrown;
      return command.includes(cluster);
    }
  } catch (thrown) {
    if (hasCode(thrown, "ENOENT", "ESRCH")) return false;
    throw thrown;
  }
}

// The fields after the command name, which may itself hold spaces and brackets: [0] is the state, [19] the start.
function processStat(pid: number): string[] | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
