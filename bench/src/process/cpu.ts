import { existsSync, readdirSync, readFileSync } from "node:fs";

// USER_HZ, which Linux has fixed to 100 on every architecture that Node runs on.
const MICROSECONDS_PER_TICK = 10_000;

/** Fields of /proc/PID/stat from the third on, or undefined: no such process, or no Linux. */
function statOf(pid: number | string): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

const ticks = (fields: readonly string[] | undefined, from: number, to: number): number =>
  (fields ?? []).slice(from, to).reduce((sum, field) => sum + Number(field), 0);

/** CPU time of one process, user and system, in microseconds; undefined where there is no /proc. */
export function processCpu(pid: number): number | undefined {
  const fields = statOf(pid);
  return fields === undefined ? undefined : ticks(fields, 11, 13) * MICROSECONDS_PER_TICK;
}

/** CPU time of a process's first thread: a Node program's event loop, without its workers and OpenSSL's helpers. */
export function mainThreadCpu(pid: number): number | undefined {
  const fields = statOf(`${pid}/task/${pid}`);
  return fields === undefined ? undefined : ticks(fields, 11, 13) * MICROSECONDS_PER_TICK;
}

/** CPU time of a process and all its children, also those that have ended; as of PostgreSQL and its backends. */
export function treeCpu(pid: number): number | undefined {
  const own = statOf(pid);
  if (own === undefined) return undefined;
  let sum = ticks(own, 11, 15);
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const fields = statOf(entry);
    if (fields?.[1] === String(pid)) sum += ticks(fields, 11, 13);
  }
  return sum * MICROSECONDS_PER_TICK;
}

/** Processes that a process started and that still run, also by its children; none where there is no /proc. */
export function descendantsOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of existsSync("/proc") ? readdirSync("/proc") : []) {
    const parent = /^\d+$/.test(entry) ? statOf(entry)?.[1] : undefined;
    if (parent !== undefined) parents.set(Number(entry), Number(parent));
  }
  const below = (parent: number): number[] =>
    [...parents].filter(([, one]) => one === parent).flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
}
