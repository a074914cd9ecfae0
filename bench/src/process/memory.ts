import { readFileSync } from "node:fs";
import { descendantsOf } from "./cpu.js";

/** Memory of a process in MB of 10^6 bytes: resident, and with shared pages counted in part. */
export interface Memory {
  readonly rss: number;
  readonly pss: number;
}

/** @returns undefined where there is no /proc */
export function memoryOf(pid: number): Memory | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, "latin1");
    const megabytes = (name: string) =>
      (Number(new RegExp(`^${name}: *(\\d+) kB`, "m").exec(text)?.[1] ?? Number.NaN) * 1024) / 1e6;
    return { rss: megabytes("Rss"), pss: megabytes("Pss") };
  } catch {
    return undefined;
  }
}

/**
 * Memory of a process and of all that it started, with shared pages counted in part.
 * @param except a process that is left out, with all that it started
 * @returns megabytes; undefined where one of them cannot be read
 */
export function treePss(pid: number, except: number): number | undefined {
  const others = new Set([except, ...descendantsOf(except)]);
  const mine = [pid, ...descendantsOf(pid)].filter((one) => !others.has(one));
  const found = mine.map((one) => memoryOf(one)?.pss);
  return found.reduce((sum, pss) => (sum === undefined || pss === undefined ? undefined : sum + pss), 0);
}
