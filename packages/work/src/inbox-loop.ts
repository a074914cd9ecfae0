import { type Clock, systemClock } from "@gatehouse/core/clock";
import type { Inbox, Tasks } from "@gatehouse/core/submissions";
import { InboxWorker } from "./inbox-worker.js";
import type { Log } from "./log.js";
import { Outage } from "./outage.js";

/** Told of every batch that was settled. */
export interface InboxMetrics {
  /** @param failed how many of the batch went to the dead letters; not among `done` */
  onSettled?(done: number, failed: number): void;
}

export interface InboxLoopOptions {
  readonly inbox: Pick<Inbox, "claim">;
  readonly tasks: Tasks;
  readonly log: Log;
  /** Measures how long a batch takes; the machine's unless told. */
  readonly clock?: Clock;
  /** Claims at work at once; 2 unless told. */
  readonly workers?: number;
  /** Submissions in one claim; 200 unless told. */
  readonly most?: number;
  /** Bytes of the bodies in one claim; 1 MiB unless told. */
  readonly mostBytes?: number;
  /** A body over this many bytes is claimed alone and counted before it is begun; what `tasks` gives to a thread. */
  readonly heavyBytes: number;
  /** Milliseconds after which a worker that found nothing looks again unasked; 1,000 unless told. */
  readonly pollMs?: number;
  /** Whether agents are handing in right now: processing then leaves most of the time to them. */
  readonly busy?: () => boolean;
  readonly metrics?: InboxMetrics;
}

export interface InboxLoop {
  /** Starts the workers; once. */
  start(): void;
  /** Something was put into the inbox: one that rests for want of work looks now. */
  wake(): void;
  /** No further claims; resolves when the batches under way are settled or given back. */
  stop(): Promise<void>;
  /**
   * Resolves when every worker looked after this call, found nothing, and none is at work; at once when it does not
   * run. Waits as long as the database is away, or something stays in the inbox.
   */
  idle(): Promise<void>;
}

/**
 * Empties the inbox: what processors make of submissions is stored, what they refuse becomes a dead letter, and nothing
 * but the submission itself suffers from it. Survives outages of the database; nothing is thrown out of it.
 */
export function createInboxLoop(options: InboxLoopOptions): InboxLoop {
  const { inbox, tasks, log, clock = systemClock, heavyBytes, metrics } = options;
  const { workers = 2, most = 200, mostBytes = 1 << 20, pollMs = 1_000, busy = () => false } = options;
  const outage = new Outage(log, "the inbox");
  const onSettled = (done: number, failed: number) => metrics?.onSettled?.(done, failed);
  const wake = () => {
    // Another one would make two small batches of one, or find that this one holds the agent's queue.
    const looking = crew.find((worker) => worker.looksSoon);
    // One that rests is enough: more than it takes at once wakes the next one. Those at work look again anyway.
    const one = looking ?? crew.find((worker) => !worker.active);
    for (const worker of one === undefined ? crew : [one]) worker.wake();
  };
  const limits = { heavyBytes, most, mostBytes, pollMs, workers };
  const deps = { inbox, tasks, log, clock, ...limits, busy, outage, onSettled, onLong: wake };
  const crew = Array.from({ length: workers }, () => new InboxWorker(deps));
  let running: Promise<unknown> | undefined;
  let stopped = false;

  return {
    start() {
      running ??= Promise.all(crew.map((worker) => worker.run()));
    },
    wake,
    async stop() {
      stopped = true;
      for (const worker of crew) worker.stop();
      await running;
    },
    async idle() {
      if (running === undefined) return;
      do {
        if (stopped) return void (await running);
        await Promise.all(crew.map((worker) => worker.foundNothing()));
        // One may have found nothing because another held it, and another may have begun since it found nothing.
      } while (crew.some((worker) => worker.active));
    },
  };
}
