import { systemClock } from "@gatehouse/core/clock";
import type { ScheduledTask, TaskLog } from "@gatehouse/core/schedule";
import type { Inbox, Tasks } from "@gatehouse/core/submissions";
import type { Admission, HttpMetrics, Log } from "@gatehouse/http";
import { type Database, makePartitions } from "@gatehouse/store";
import { createInboxLoop, createScheduler, createTasks } from "@gatehouse/work";
import type { Config } from "../config/types.js";
import { inboxMetrics } from "./inbox-metrics.js";
import { aside, tasks as pureTasks } from "./pure-tasks.js";

/** Bytes above which a body is worked on by a thread: parsing it would hold up everybody else's requests. */
const HEAVY_BYTES = 256 * 1024;
/** Submissions being accepted at once from which on processing steps back. */
const BUSY = 10;

export interface WorkParts {
  readonly db: Database;
  readonly config: Config;
  readonly inbox: Inbox & { close(): Promise<void> };
  readonly taskLog: TaskLog;
  readonly schedule: readonly ScheduledTask[];
  readonly admission: Admission;
  readonly metrics: HttpMetrics;
  readonly log: Log;
}

/** What happens behind the requests. */
export interface Work {
  readonly tasks: Tasks;
  /** Something was put into the inbox. */
  readonly wake: () => void;
  /** Resolves when the inbox is empty and nothing is being processed. */
  readonly idle: () => Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The inbox loop, the scheduler, and the threads that both and the routes hand heavy work to. */
export function createWork({ db, config, inbox, taskLog, schedule, admission, metrics, log }: WorkParts): Work {
  // From src and from dist alike, threads load what was compiled.
  const module = new URL("../../dist/server/pure-tasks.js", import.meta.url);
  const { workers, timeoutSeconds, heapMb } = config.inbox;
  const tasks = createTasks({
    module,
    inline: pureTasks,
    aside,
    inlineBytes: HEAVY_BYTES,
    timeoutMs: timeoutSeconds * 1000,
    heapMb,
  });
  const loop = createInboxLoop({
    inbox,
    tasks,
    log,
    workers,
    heavyBytes: HEAVY_BYTES,
    busy: () => admission.inFlight("submission") >= BUSY,
    metrics: inboxMetrics(metrics, inbox, systemClock),
  });
  const scheduler = createScheduler({ taskLog, tasks: schedule, log });
  return {
    tasks,
    wake: loop.wake,
    idle: () => loop.idle(),
    async start() {
      // Before the first submission: none can be stored without a partition for its day.
      await makePartitions(db);
      loop.start();
      scheduler.start();
    },
    async stop() {
      await scheduler.stop();
      await loop.stop();
      await tasks.close();
      await inbox.close();
    },
  };
}
