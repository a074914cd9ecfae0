const ROOM = ["available", "available_bytes", "capacity", "used", "used_bytes"];
/**
 * Facts that say how it is at the moment, and no more: Facter's, under their names of today and of version 3. A part
 * `*` stands for any name; what is below one of them is volatile too.
 */
const KNOWN = [
  ...["system_uptime", "uptime", "uptime_days", "uptime_hours", "uptime_seconds", "sp_uptime", "load_averages"],
  ...["memory.system", "memory.swap", "mountpoints.*"].flatMap((of) => ROOM.map((part) => `${of}.${part}`)),
  ...["memoryfree", "memoryfree_mb", "swapfree", "swapfree_mb"],
  // A processor's clock follows its load.
  "processors.speed",
  ...["_timestamp", "timestamp"],
];

/** What a pattern for volatile facts looks like: parts joined by dots, each a plain name or `*`. */
export const VOLATILE_FACT = "^([A-Za-z0-9_:-]{1,60}|\\*)([.]([A-Za-z0-9_:-]{1,60}|\\*)){0,9}$";

/** Whether the fact at a path only says how it is at the moment. */
export type IsVolatile = (path: readonly string[]) => boolean;

/** @param more patterns besides those that are known, each as {@link VOLATILE_FACT} */
export function volatileFacts(more: readonly string[] = []): IsVolatile {
  const patterns = [...KNOWN, ...more].map((pattern) => pattern.split("."));
  return (path) =>
    patterns.some((parts) => parts.length <= path.length && parts.every((part, i) => part === "*" || part === path[i]));
}
