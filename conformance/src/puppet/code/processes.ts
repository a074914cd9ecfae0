import { readdirSync, readFileSync } from "node:fs";

/** Processes that a process started and that still run, also by its children. */
export function descendantsOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync("/proc")) {
    const found = /^\d+$/.test(entry) ? parentOf(Number(entry)) : undefined;
    if (found !== undefined) parents.set(Number(entry), found);
  }
  const below = (parent: number): number[] =>
    [...parents].filter(([, one]) => one === parent).flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
}

/** Whether it runs: what is dead and not yet reaped does not. */
export const isRunning = (pid: number): boolean => parentOf(pid) !== undefined;

function parentOf(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    const [state, parent] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}

/** kill -9, of what may be gone already. */
export function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It was.
  }
}
