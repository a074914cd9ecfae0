import { setTimeout } from "node:timers/promises";

/** Milliseconds that are worth a pause: shorter ones are saved up. */
const SHORTEST_MS = 5;

/**
 * Keeps reading to a rate, so that a database's disk and processors stay free for who is served.
 * @param bytesPerSecond what is read on average, from the first byte on
 * @param sleep settles after so many milliseconds
 */
export function pace(
  bytesPerSecond: number,
  sleep: (ms: number) => Promise<unknown> = setTimeout,
): (bytes: number) => Promise<void> {
  let next = performance.now();
  return async (bytes) => {
    // What was not used of the past is not made up for: a pause of the database is followed by no burst.
    next = Math.max(next, performance.now() - 1000) + (bytes / bytesPerSecond) * 1000;
    const wait = next - performance.now();
    if (wait >= SHORTEST_MS) await sleep(wait);
  };
}
