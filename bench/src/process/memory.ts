import { readFileSync } from "node:fs";

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
