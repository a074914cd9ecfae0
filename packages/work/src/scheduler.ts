import { type Clock, systemClock } from "@gatehouse/core/clock";
import { GatehouseError } from "@gatehouse/core/errors";
import type { ScheduledTask, TaskLog } from "@gatehouse/core/schedule";
import { isAway, textOf } from "./failures.js";
import type { Log } from "./log.js";
import { Outage } from "./outage.js";

export interface SchedulerOptions {
  readonly taskLog: TaskLog;
  readonly tasks: readonly ScheduledTask[];
  readonly log: Log;
  /** Says when a task is due; should agree with the task log's within a fraction of the shortest period. */
  readonly clock?: Clock;
  /** Milliseconds between two looks at what is due; 10,000 unless told. */
  readonly tickMs?: number;
}

export interface Scheduler {
  /** Looks at once, then every `tickMs`; does not keep the process alive. */
  start(): void;
  /** Begins no further task; resolves when the one under way ended and another gateway may run them. */
  stop(): Promise<void>;
  /**
   * Runs one task in its turn, due or not, runner or not; it is recorded like any run.
   * @returns what it did @throws not-found; what the task or its recording throws
   */
  runNow(name: string): Promise<Readonly<Record<string, unknown>> | undefined>;
}

type Done = { readonly did: Readonly<Record<string, unknown>> | undefined } | { readonly thrown: unknown };

/**
 * Runs tasks when they are due, one after another, on that one of all gateways which the task log makes the runner.
 * A task that fails is logged and recorded, and is due again after its period; it stops no other.
 */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { taskLog, tasks, log, clock = systemClock, tickMs = 10_000 } = options;
  const outage = new Outage(log, "the schedule");
  let runner = false;
  let started = false;
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  function inTurn<T>(what: () => Promise<T>): Promise<T> {
    const mine = turn.then(what);
    turn = mine.catch(() => undefined);
    return mine;
  }

  function note(thrown: unknown, task: string | undefined): void {
    if (isAway(thrown)) outage.seen(thrown);
    else log.error(task === undefined ? "the schedule failed" : "a task failed", { task, error: textOf(thrown) });
  }

  async function perform(task: ScheduledTask): Promise<Done> {
    try {
      await taskLog.started(task.name);
      const did = await task.run();
      await taskLog.ended(task.name, null);
      if (did !== undefined) log.info("a task did its work", { ...did, task: task.name });
      return { did };
    } catch (thrown) {
      note(thrown, task.name);
      // Where this cannot be recorded either, the log has said what counts.
      await taskLog.ended(task.name, messageOf(thrown)).catch(() => undefined);
      return { thrown };
    }
  }

  /** What was locked on a connection that broke may be another's by now; and it must not be locked twice. */
  async function abdicate(): Promise<void> {
    if (!runner) return;
    runner = false;
    await taskLog.resign().catch(() => undefined);
  }

  async function runWhatIsDue(): Promise<void> {
    const lastStarts = new Map((await taskLog.list()).map(({ name, startedAt }) => [name, startedAt.getTime()]));
    for (const task of tasks) {
      if (stopping) return;
      if (!isDue(task, lastStarts.get(task.name), clock.now().getTime())) continue;
      const done = await perform(task);
      if ("thrown" in done && isAway(done.thrown)) return abdicate();
    }
    outage.over();
  }

  async function tick(): Promise<void> {
    if (stopping) return;
    try {
      if (!runner) {
        runner = await taskLog.campaign();
        if (runner) log.info("this gateway runs the scheduled tasks");
      }
      if (runner) await runWhatIsDue();
      else outage.over();
    } catch (thrown) {
      note(thrown, undefined);
      if (isAway(thrown)) await abdicate();
    }
  }

  async function ticks(): Promise<void> {
    await inTurn(tick);
    if (!stopping) timer = setTimeout(() => void ticks(), tickMs).unref();
  }

  return {
    start() {
      if (started) return;
      started = true;
      void ticks();
    },
    async stop() {
      stopping = true;
      clearTimeout(timer);
      await turn;
      if (!runner) return;
      runner = false;
      await taskLog.resign().catch((thrown: unknown) => note(thrown, undefined));
    },
    async runNow(name) {
      const task = tasks.find((one) => one.name === name);
      if (task === undefined) throw new GatehouseError("not-found", "There is no such task.", { detail: name });
      const done = await inTurn(() => perform(task));
      if ("thrown" in done) throw done.thrown;
      return done.did;
    },
  };
}

/** A start more than a period ahead was written by a clock that was wrong; it must not put the task off for years. */
function isDue(task: ScheduledTask, lastStart: number | undefined, now: number): boolean {
  return lastStart === undefined || Math.abs(now - lastStart) >= task.everySeconds * 1_000;
}

const messageOf = (thrown: unknown) => (thrown instanceof Error ? thrown.message : textOf(thrown));
