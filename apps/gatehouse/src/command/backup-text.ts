import path from "node:path";
import type { CheckedBackup } from "@gatehouse/store";
import { pairs, table } from "./output.js";

/** What a backup is, for people: of its tables those that hold something, the largest first. */
export function backupText(
  file: string,
  { header, tables, size, key }: Omit<CheckedBackup, "key"> & { key?: Buffer | undefined },
): string {
  const filled = tables.filter(({ rows }) => rows > 0).toSorted((a, b) => b.bytes - a.bytes);
  const rows = tables.reduce((sum, { rows: count }) => sum + count, 0);
  const sealed = key === undefined ? "under its passphrase" : "under its passphrase, which opens it";
  return `${pairs([
    ["backup", path.resolve(file)],
    ["size", megabytes(size)],
    ["made", `${header.madeAt}, by Gatehouse ${header.version}`],
    ["schema", header.migrations.at(-1)],
    ["instance key", header.key === null ? "not in it" : sealed],
    ["rows", rows],
  ])}\n${table(
    ["TABLE", "ROWS", "MIB"],
    filled.map(({ name, rows: count, bytes }) => [name, count, mib(bytes)]),
    "It holds no rows.",
  )}`;
}

const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
const megabytes = (bytes: number): string => `${mib(bytes)} MiB`;
