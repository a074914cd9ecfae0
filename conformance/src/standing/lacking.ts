import { spawnSync } from "node:child_process";
import { missingOf } from "../puppet/programs.js";
import { debianPostgres } from "./postgres.js";

/**
 * What of this is not on this machine, for a suite's title: nothing is left out without a word.
 * @param programs names as on PATH; `postgres` is Debian's PostgreSQL, `root` is us,
 * `own-hostname` is leave to call a process's machine otherwise
 */
export function lacking(...programs: string[]): { readonly skip: boolean; readonly note: string } {
  const own: Readonly<Record<string, () => boolean>> = {
    postgres: () => debianPostgres() !== undefined,
    root: () => process.getuid?.() === 0,
    "own-hostname": mayNameHosts,
  };
  const missing = programs.filter((name) => !(own[name]?.() ?? missingOf(name).length === 0));
  if (missing.length > 0) process.stderr.write(`Standing it up: not run, for want of ${missing.join(", ")}\n`);
  return { skip: missing.length > 0, note: missing.length > 0 ? ` (needs ${missing.join(", ")})` : "" };
}

/** Whether a process may have a machine's name of its own. */
export const mayNameHosts = (): boolean => spawnSync("unshare", ["--uts", "true"]).status === 0;
