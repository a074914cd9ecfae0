import { setMaxListeners } from "node:events";
import { Limit } from "./limit.js";
import { pause } from "./pause.js";

/** How many agents there are, and how fast they are. */
export interface FleetPace {
  /** Number of agents. */
  readonly count: number;
  /** Agents started per second; all at once when left out. */
  readonly rate?: number;
  /** Pause between two runs of an agent, in milliseconds; 0 by default. */
  readonly intervalMs?: number;
  /** Agents that talk to the server at the same time; 50 by default. Waiting agents hold no connection. */
  readonly concurrency?: number;
  /** Stops the fleet: runs under way are finished, nothing new begins, and the summary says so. */
  readonly signal?: AbortSignal;
}

/** What every summary of a fleet has. */
export interface FleetOutcome {
  durationMs: number;
  aborted: boolean;
}

/** What an agent shares with the others of its fleet. */
export interface Crew {
  /** Does something where there is room for one more that talks to the server; nothing any more when the fleet was stopped. */
  turn(work: () => Promise<void>): Promise<void>;
  /** The pause before a run; none before the first, 0. */
  rest(round: number): Promise<void>;
}

/** @throws RangeError for a rate or concurrency that is not positive */
export function checkPace({ rate = 1, concurrency = 1 }: FleetPace): void {
  if (rate <= 0 || concurrency < 1) throw new RangeError("rate and concurrency must be positive");
}

/**
 * Lets many agents live their lives, each from when its turn to start has come, and says how long that took.
 * @param live the n-th agent's whole life, from 0: failures are its own to count, it never throws
 * @throws RangeError as {@link checkPace}
 */
export async function runFleet<S extends FleetOutcome>(
  options: FleetPace,
  summary: S,
  live: (n: number, crew: Crew) => Promise<void>,
): Promise<S> {
  checkPace(options);
  const { count, rate, intervalMs = 0, concurrency = 50 } = options;
  // Every sleeping agent listens; a signal of our own may have that many listeners without a warning.
  const signal = AbortSignal.any(options.signal === undefined ? [] : [options.signal]);
  setMaxListeners(0, signal);
  const limit = new Limit(concurrency);
  const crew: Crew = {
    turn: (work) =>
      limit.run(async () => {
        summary.aborted ||= signal.aborted;
        if (!summary.aborted) await work();
      }),
    rest: async (round) => {
      if (round > 0 && intervalMs > 0) await pause(intervalMs, signal);
    },
  };
  const started = performance.now();
  await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      if (rate !== undefined) await pause((n * 1000) / rate, signal);
      await live(n, crew);
    }),
  );
  summary.durationMs = performance.now() - started;
  return summary;
}
