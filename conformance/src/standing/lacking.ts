import { missingOf } from "../puppet/programs.js";
import { mayHaveMachines } from "./machine.js";
import { debianPostgres } from "./postgres.js";

/**
 * What of this is not on this machine, for a suite's title: nothing is left out without a word.
 * @param programs names as on PATH; `postgres` is Debian's PostgreSQL, `root` is us,
 * `namespaces` is leave to give a process a machine of its own
 */
export function lacking(...programs: string[]): { readonly skip: boolean; readonly note: string } {
  const own: Readonly<Record<string, () => boolean>> = {
    postgres: () => debianPostgres() !== undefined,
    root: () => process.getuid?.() === 0,
    namespaces: mayHaveMachines,
  };
  const missing = programs.filter((name) => !(own[name]?.() ?? missingOf(name).length === 0));
  if (missing.length > 0) process.stderr.write(`Standing it up: not run, for want of ${missing.join(", ")}\n`);
  return { skip: missing.length > 0, note: missing.length > 0 ? ` (needs ${missing.join(", ")})` : "" };
}
