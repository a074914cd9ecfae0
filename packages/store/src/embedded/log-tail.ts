import { closeSync, fstatSync, openSync, readSync, renameSync, statSync } from "node:fs";

const tailBytes = 8192;
const rotateAtBytes = 16 * 1024 * 1024;

/** The log's size in bytes, 0 when there is none: a mark from which {@link logTail} reads. */
export function logMark(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** The log's last lines after a mark, 20 at most. */
export function logTail(file: string, mark: number): string {
  try {
    const log = openSync(file, "r");
    try {
      const { size } = fstatSync(log);
      const from = Math.max(mark, size - tailBytes);
      const buffer = Buffer.alloc(Math.max(0, size - from));
      readSync(log, buffer, 0, buffer.length, from);
      return buffer.toString("utf8").trim().split("\n").slice(-20).join("\n");
    } finally {
      closeSync(log);
    }
  } catch {
    return "";
  }
}

/** Sets a log of 16 MiB or more aside as `.1`. Only before a start: a running server keeps its open file. */
export function rotateLog(file: string): void {
  if (logMark(file) >= rotateAtBytes) renameSync(file, `${file}.1`);
}
