import type { Pace } from "./pace.js";

/** Time that goes on only when everybody sleeps. */
export function fakePace(): Pace {
  let now = 0;
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  let isTicking = false;
  const tick = () => {
    isTicking = false;
    const [next] = [...sleepers].toSorted((a, b) => a.at - b.at);
    if (next === undefined) return;
    now = Math.max(now, next.at);
    next.wake();
    begin();
  };
  const begin = () => {
    if (isTicking || sleepers.size === 0) return;
    isTicking = true;
    // Whatever is under way that needs no time is done by then.
    setImmediate(tick);
  };
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper = {
          at: now + ms,
          wake: () => {
            sleepers.delete(sleeper);
            signal.removeEventListener("abort", sleeper.wake);
            resolve();
          },
        };
        if (signal.aborted) return resolve();
        signal.addEventListener("abort", sleeper.wake);
        sleepers.add(sleeper);
        begin();
      }),
  };
}
