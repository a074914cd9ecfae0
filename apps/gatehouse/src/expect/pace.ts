import { setTimeout as sleep } from "node:timers/promises";

/** Time, as a run sees it. */
export interface Pace {
  /** Milliseconds, from some moment on. */
  now(): number;
  /** Resolves after so long, or at once when the signal comes. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const realPace: Pace = {
  now: () => performance.now(),
  sleep: async (ms, signal) => {
    try {
      await sleep(ms, undefined, { signal });
    } catch (thrown) {
      if (!signal.aborted) throw thrown;
    }
  },
};
