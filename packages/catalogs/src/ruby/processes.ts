import { setTimeout as sleep } from "node:timers/promises";
import { GatehouseError } from "@gatehouse/core/errors";
import { listenForWorkers } from "./arrivals.js";
import { deferred } from "./deferred.js";
import {
  type Confinement,
  type Ending,
  type ForkOrder,
  type Parent,
  type ParentOptions,
  startParent,
} from "./parent.js";
import type { Worker } from "./worker.js";

/** Milliseconds: a fork takes ten. */
const FORK_PATIENCE = 30_000;
/** Milliseconds in which the parent ends by itself what it has forked. */
const END_PATIENCE = 5_000;
/** Milliseconds in which the parent tells how a worker ended. */
const ENDING_PATIENCE = 1000;
/** Starts of the parent that fail in a row, before nobody waits for the next; and tries of one fork. */
const MOST_FAILURES = 3;
/** Milliseconds between two starts that fail. */
const MOST_PAUSE = 30_000;

/** Ruby's processes: a parent, which is started again whenever it ends, and the workers that it forks. */
export interface Processes {
  /** @throws internal when no parent starts, or the system has no room for a process */
  fork(order: Omit<ForkOrder, "token">): Promise<Worker>;
  /** How a worker ended; undefined where nobody knows. */
  endingOf(worker: Worker): Promise<Ending>;
  /** Of the parent, since the first start. */
  readonly restarts: number;
  readonly parentPid: number | undefined;
  /** Why the parent did not start the last time. */
  readonly problem: string | undefined;
  /** Undefined until it was ready for the first time. */
  readonly confinement: Confinement | undefined;
  close(): Promise<void>;
}

type Order = Omit<ForkOrder, "token">;

/** @param patience milliseconds for a fork */
export async function startProcesses(options: ParentOptions, patience = FORK_PATIENCE): Promise<Processes> {
  const arrivals = await listenForWorkers(options.folder);
  const endings = new Map<number, Ending>();
  const asked = new Map<number, (ending: Ending) => void>();
  /** Tokens of who is expected, and their processes once they are known. */
  const coming = new Map<string, number | undefined>();
  let restarts = 0;
  let failures = 0;
  let problem: string | undefined;
  let confinement: Confinement | undefined;
  let isClosing = false;
  let running: Parent | undefined;
  /** Of the running one. */
  let end: Promise<void> | undefined;

  const start = async (): Promise<Parent> => {
    if (failures > 0) await sleep(Math.min(MOST_PAUSE, 100 * 2 ** failures), undefined, { ref: false });
    if (isClosing) throw new Error("the compiler is closed");
    const { promise, resolve: ended } = deferred<void>();
    end = promise;
    running = startParent(options, {
      ready: (took) => {
        confinement = took;
      },
      forked: (token, pid) => void (coming.has(token) && coming.set(token, pid)),
      failed: (token, message) => arrivals.giveUp(token, new Error(message)),
      exited: (pid, ending) => {
        for (const [token, its] of coming)
          if (its === pid) arrivals.giveUp(token, new Error("the worker ended before it came"));
        asked.get(pid)?.(ending);
        // For who asks a moment later; of most nobody asks.
        endings.set(pid, ending);
        setTimeout(() => endings.delete(pid), 2 * ENDING_PATIENCE).unref();
      },
      gone: (why) => {
        problem = why;
        ended();
        for (const tell of asked.values()) tell(undefined);
        for (const token of coming.keys()) arrivals.giveUp(token, new Error("the parent ended"));
        if (isClosing) return;
        restarts++;
        failures++;
        options.log.warn("the compiler's parent process ended, and is started again", { restarts, why });
        parent = start();
        parent.catch(() => {});
      },
    });
    running.ready.then(
      () => {
        failures = 0;
        problem = undefined;
      },
      () => {},
    );
    return running;
  };
  let parent = start();

  const forkOnce = async (order: Order): Promise<Worker> => {
    const one = await parent;
    await one.ready;
    const { token, worker } = arrivals.expect();
    coming.set(token, undefined);
    const late = setTimeout(() => {
      arrivals.giveUp(token, new Error("no worker came"));
      // It has others to fork, and will do it no better.
      one.kill();
    }, patience);
    one.fork({ ...order, token });
    return worker.finally(() => {
      clearTimeout(late);
      coming.delete(token);
    });
  };

  return {
    get restarts() {
      return restarts;
    },
    get problem() {
      return problem;
    },
    get confinement() {
      return confinement;
    },
    get parentPid() {
      return running?.pid;
    },
    fork: async (order) => {
      for (let tries = 1; ; tries++) {
        try {
          return await forkOnce(order);
        } catch (thrown) {
          if (tries < MOST_FAILURES && failures < MOST_FAILURES && !isClosing) continue;
          const detail = thrown instanceof Error ? thrown.message : String(thrown);
          throw new GatehouseError("internal", "No process for the compiler starts.", { detail, cause: thrown });
        }
      }
    },
    endingOf: async ({ pid }) => {
      if (endings.has(pid)) return endings.get(pid);
      const told = new Promise<Ending>((resolve) => asked.set(pid, resolve));
      const late = sleep(ENDING_PATIENCE, undefined, { ref: false });
      return Promise.race([told, late]).finally(() => asked.delete(pid));
    },
    close: async () => {
      isClosing = true;
      running?.end();
      const late = setTimeout(() => running?.kill(), END_PATIENCE);
      await Promise.all([arrivals.close(), end]);
      clearTimeout(late);
    },
  };
}
