import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { GatehouseError } from "@gatehouse/core/errors";
import { Piscina } from "piscina";
import type { Answer, Job } from "./task-functions.js";

/** A thread is compiled JavaScript, also when this file is run as TypeScript; the path is right from `src` and `dist`. */
const SCRIPT = fileURLToPath(new URL("../dist/worker.js", import.meta.url));
const IDLE_MS = 10_000;

export interface ThreadLimits {
  /** Milliseconds for one job; the first job of a thread pays for its start. */
  readonly timeoutMs: number;
  /** MiB of heap. */
  readonly heapMb: number;
}

/**
 * One thread at a time, for one job at a time; started by a job, ended when it was idle for ten seconds or was killed.
 * A pool of its own for every thread: in a shared one, a thread that dies before it is ready fails no job, and what
 * is queued behind a killed one waits for a thread that nobody starts.
 */
export class Thread {
  readonly #module: string;
  readonly #limits: ThreadLimits;
  #pool: Piscina<Job, Answer> | undefined;

  /** @param module URL of the module whose `tasks` the thread knows */
  constructor(module: string, limits: ThreadLimits) {
    this.#module = module;
    this.#limits = limits;
  }

  /** Does one job; not to be called again before it ended. @throws internal when the thread did not survive it */
  async run({ name, input }: Job): Promise<Answer> {
    const pool = this.#started();
    const { timeoutMs } = this.#limits;
    // The whole buffer under a view would be cloned, and what is transferred is lost here: a copy of just the body goes.
    const body = new Uint8Array(input.body);
    const size = body.byteLength;
    const abort = new AbortController();
    const late = new GatehouseError("internal", `The work did not end within ${timeoutMs / 1000} s.`, {
      detail: `${name}, ${size} bytes`,
    });
    const timer = setTimeout(() => abort.abort(late), timeoutMs);
    const dead = (thrown: unknown) => abort.abort(thrown);
    pool.on("error", dead);
    try {
      return await pool.run({ name, input: { ...input, body } }, { transferList: [body.buffer], signal: abort.signal });
    } catch (thrown) {
      this.#discard(pool);
      if (abort.signal.reason === late) throw late;
      const why = abort.signal.aborted ? abort.signal.reason : thrown;
      throw new GatehouseError("internal", "The work ended its thread.", {
        detail: `${name}, ${size} bytes: ${why instanceof Error ? why.message : inspect(why)}`,
        cause: why,
      });
    } finally {
      clearTimeout(timer);
      pool.off("error", dead);
    }
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    await this.#pool?.destroy();
    this.#pool = undefined;
  }

  #started(): Piscina<Job, Answer> {
    if (this.#pool !== undefined) return this.#pool;
    const pool = new Piscina<Job, Answer>({
      filename: SCRIPT,
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: IDLE_MS,
      recordTiming: false,
      // A thread that blocks on an atomic between jobs could not finish what a job left behind, until the next one.
      atomics: "disabled",
      resourceLimits: { maxOldGenerationSizeMb: this.#limits.heapMb },

      workerData: { module: this.#module },
      // Pure functions over hostile bytes need none of our secrets, and no flags that were meant for the main thread.
      env: {},
      execArgv: [],
    });
    // A thread that dies between two jobs is nobody's failure; without a listener it would end the process.
    pool.on("error", () => undefined);
    this.#pool = pool;
    return pool;
  }

  /** A late death notice of this pool's thread must not reach the next job. */
  #discard(pool: Piscina<Job, Answer>): void {
    if (this.#pool === pool) this.#pool = undefined;
    pool.destroy().catch(() => undefined);
  }
}
