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
    ...ALLOCATION,
  };
}

/**
 * A heap that has room for a large catalog before its first collection, and grows when less than 30 % of it is free: of
 * 500 resources a fifth of the time less (docs/adr/0021).
 */
const GARBAGE_COLLECTION = {
  RUBY_GC_HEAP_INIT_SLOTS: "450000",
  RUBY_GC_HEAP_FREE_SLOTS_MIN_RATIO: "0.30",
  RUBY_GC_HEAP_FREE_SLOTS_GOAL_RATIO: "0.50",
};

/**
 * For glibc: what is large goes back to the system at once. By itself it raises both thresholds with each large catalog, and
 * keeps what it had for it: 25 MB in each worker.
 */
const ALLOCATION = {
  MALLOC_ARENA_MAX: "1",
  MALLOC_MMAP_THRESHOLD_: "65536",
  MALLOC_TRIM_THRESHOLD_: "65536",
};
