/**
 * All that a process with modules' code finds in its environment: nothing of ours, for ours holds secrets.
 * @param home a folder of its own
 */
export function cleanEnvironment(home: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
    HOME: home,
    LANG: "C.UTF-8",
    LC_ALL: "C.UTF-8",
    TZ: process.env["TZ"] ?? "UTC",
    ...GARBAGE_COLLECTION,
  };
}

/**
 * A heap that has room for a large catalog before its first collection, and grows when less than 30 % of it is free: of
 * 500 resources a fifth of the time less (docs/adr/0021).
 */
const GARBAGE_COLLECTION = {
  RUBY_GC_HEAP_INIT_SLOTS: "350000",
  RUBY_GC_HEAP_FREE_SLOTS_MIN_RATIO: "0.30",
  RUBY_GC_HEAP_FREE_SLOTS_GOAL_RATIO: "0.50",
};
