import { randomInt } from "node:crypto";
import { CompileLate } from "@gatehouse/core/catalogs";
import { GatehouseError } from "@gatehouse/core/errors";
import { failure } from "../failure.js";
import { FairQueue } from "./fair-queue.js";
import type { WorkerAnswer, WorkerRequest } from "./messages.js";
import type { Ending } from "./parent.js";
import { type Answering, type Worker, WorkerGone } from "./worker.js";

/** Compilations that a worker goes on with while other environments wait: turning to another takes some time itself. */
const TURN = 8;
/** Seconds after which who is sent away may come again, with as many on top by chance. */
const RETRY_AFTER = 15;
const SIGKILL = 9;
const SIGTERM = 15;

/** What a worker serves for its life. */
export interface Served {
  /** Shares are fair among these. */
  readonly environment: string;
}

export interface Job<G extends Served> {
  readonly served: G;
  /** Whom it is for: shares are fair among these, within an environment. */
  readonly certname?: string | undefined;
  readonly request: WorkerRequest;
  readonly answering: Answering;
  /** What it is, for messages: `the catalog of web01`. */
  readonly what: string;
  /** Aborted when nobody waits for it any more: unless it is being made by then, it is not made. */
  readonly signal?: AbortSignal | undefined;
}

export interface PoolOptions<G extends Served> {
  readonly fork: (served: G) => Promise<Worker>;
  readonly endingOf: (worker: Worker) => Promise<Ending>;
  /** That work at a time. */
  readonly workers: number;
  /** Jobs that wait. */
  readonly queue: number;
  readonly timeoutMilliseconds: number;
  /** Answers after which a worker is replaced. */
  readonly recycleAfter: number;
  /** Bytes that a worker may still hold between two jobs. */
  readonly retainedBytes: number;
}

export interface PoolStatus {
  readonly workers: number;
  readonly busy: number;
  readonly idle: number;
  readonly waiting: number;
  /** Workers that ended in mid-work, or were ended. */
  readonly lost: number;
}

interface Waiting<G extends Served> extends Job<G> {
  tries: number;
  readonly resolve: (answer: WorkerAnswer) => void;
  readonly reject: (error: Error) => void;
}

interface Slot<G extends Served> {
  readonly served: G;
  worker: Worker | undefined;
  isBusy: boolean;
  answers: number;
  turn: number;
}

/**
 * Workers for many environments: at most so many work at a time, and one more may be idle, so that a new version is
 * warm before the old one goes. Who asks for an environment without a worker takes the place of the one that was used
 * least recently.
 */
export class Pool<G extends Served> {
  readonly #options: PoolOptions<G>;
  readonly #queue = new FairQueue<Waiting<G>>(
    ({ served }) => served.environment,
    ({ certname = "" }) => certname,
  );
  /** That have taken too long, and made no catalog since: of their code one worker at a time is what others lend. */
  readonly #late = new WeakSet<G>();
  /** The least recently used first. */
  readonly #slots = new Set<Slot<G>>();
  #lost = 0;
  #isClosed = false;

  constructor(options: PoolOptions<G>) {
    this.#options = options;
  }

  /**
   * @throws overloaded when too many wait; catalog-failed when the worker ends over it, by itself or by its limits
   */
  run(job: Job<G>): Promise<WorkerAnswer> {
    const { signal } = job;
    if (signal?.aborted === true) return Promise.reject(nobodyWaits(job));
    let leave: (() => void) | undefined;
    return new Promise<WorkerAnswer>((resolve, reject) => {
      const { served, certname, request, answering, what } = job;
      const waiting: Waiting<G> = { served, certname, request, answering, what, signal, tries: 0, resolve, reject };
      if (this.#isClosed || !this.#hasRoomFor(waiting)) return reject(this.#overloaded());
      leave = () => {
        if (this.#queue.remove(waiting)) reject(nobodyWaits(job));
      };
      signal?.addEventListener("abort", leave);
      this.#queue.add(waiting);
      this.#schedule();
    }).finally(() => leave && signal?.removeEventListener("abort", leave));
  }

  /**
   * In a full queue who came last of those that ask most makes room: one environment does not shut out another, nor one
   * node the others of its environment.
   */
  #hasRoomFor(waiting: Waiting<G>): boolean {
    if (this.#queue.length < this.#options.queue) return true;
    const last = this.#queue.makeRoomFor(waiting);
    last?.reject(this.#overloaded());
    return last !== undefined;
  }

  status(): PoolStatus {
    const { busy } = this;
    const { workers } = this.#options;
    return { workers, busy, idle: this.#slots.size - busy, waiting: this.#queue.length, lost: this.#lost };
  }

  get busy(): number {
    return [...this.#slots].filter(({ isBusy }) => isBusy).length;
  }

  /** Ends the idle workers of what is served no more. */
  release(served: G): void {
    for (const slot of this.#slots) if (slot.served === served && !slot.isBusy) this.#end(slot);
  }

  /** Sends away who waits, and who comes; what is being made is made. */
  drain(): void {
    this.#isClosed = true;
    for (const waiting of this.#queue.clear()) waiting.reject(this.#overloaded());
  }

  close(): void {
    this.drain();
    for (const slot of this.#slots) this.#end(slot);
  }

  #overloaded(): GatehouseError {
    const message = this.#isClosed
      ? "The compiler ends."
      : `The compiler has ${this.#options.queue} catalogs to make already.`;
    return new GatehouseError("overloaded", message, { retryAfterSeconds: RETRY_AFTER + randomInt(RETRY_AFTER) });
  }

  #schedule(): void {
    while (this.busy < this.#options.workers) {
      const waiting = this.#queue.next(({ served }) => !this.#late.has(served) || !this.#isAt(served));
      if (waiting === undefined) return;
      const { served } = waiting;
      const idle = [...this.#slots].filter(({ isBusy }) => !isBusy);
      // What the one that worked last needs is still in the processor's caches.
      let slot = idle.findLast((one) => one.served === served);
      if (slot === undefined) {
        const [oldest] = idle;
        if (oldest !== undefined && this.#slots.size > this.#options.workers) this.#end(oldest);
        slot = { served, worker: undefined, isBusy: false, answers: 0, turn: 0 };
      }
      slot.turn = 0;
      void this.#serve(slot, waiting);
    }
  }

  #isAt(served: G): boolean {
    return [...this.#slots].some((slot) => slot.served === served && slot.isBusy);
  }

  async #serve(slot: Slot<G>, first: Waiting<G>): Promise<void> {
    slot.isBusy = true;
    this.#slots.delete(slot);
    this.#slots.add(slot);
    let waiting: Waiting<G> | undefined = first;
    while (waiting !== undefined) {
      await this.#answer(slot, waiting);
      const goesOn = this.#slots.has(slot) && ++slot.turn < TURN;
      const { served } = slot;
      waiting = goesOn ? this.#queue.next((other) => other.served === served) : undefined;
    }
    slot.isBusy = false;
    this.#schedule();
  }

  async #answer(slot: Slot<G>, waiting: Waiting<G>): Promise<void> {
    try {
      const worker = slot.worker ?? (await this.#hire(slot));
      const answer = await this.#within(worker, waiting);
      slot.answers++;
      if (answer.said.ok && waiting.request.op === "compile" && this.#late.delete(slot.served)) this.#schedule();
      if (this.#isWorn(slot, answer)) this.#end(slot);
      waiting.resolve(answer);
    } catch (thrown) {
      this.#end(slot);
      this.#schedule();
      if (this.#isClosed) return waiting.reject(this.#overloaded());
      if (!(thrown instanceof WorkerGone) || slot.worker === undefined) return waiting.reject(thrown as Error);
      this.#lost++;
      if (thrown.misdeed !== undefined)
        return waiting.reject(failure(`The process that made ${waiting.what} ${thrown.misdeed}`));
      this.#afterLoss(await this.#options.endingOf(slot.worker), waiting);
    }
  }

  async #hire(slot: Slot<G>): Promise<Worker> {
    const worker = await this.#options.fork(slot.served);
    slot.worker = worker;
    void worker.gone.then(() => this.#slots.delete(slot));
    if (!this.#slots.has(slot)) worker.kill();
    return worker;
  }

  #isWorn({ answers }: Slot<G>, { said: { last, rss = 0 } }: WorkerAnswer): boolean {
    const { recycleAfter, retainedBytes } = this.#options;
    return last === true || answers >= recycleAfter || rss > retainedBytes;
  }

  async #within(worker: Worker, { what, request, answering, served }: Waiting<G>): Promise<WorkerAnswer> {
    const { timeoutMilliseconds } = this.#options;
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      this.#late.add(served);
      worker.kill();
    }, timeoutMilliseconds);
    try {
      return await worker.ask(request, answering);
    } catch (thrown) {
      if (isLate) this.#lost++;
      throw isLate
        ? new CompileLate(
            `Puppet code: ${what} took longer than ${timeoutMilliseconds / 1000} s to make, and was given up`,
          )
        : thrown;
    } finally {
      clearTimeout(limit);
    }
  }

  /** Somebody else may have killed it: another worker tries, once. What ends by itself ends again. */
  #afterLoss(ending: Ending, waiting: Waiting<G>): void {
    const wasKilled = ending === undefined || ending.signal === SIGKILL || ending.signal === SIGTERM;
    if (wasKilled && !this.#isClosed && waiting.tries++ === 0) {
      this.#queue.putBack(waiting);
      this.#schedule();
      return;
    }
    const how =
      ending === undefined ? "" : `: ${ending.signal === null ? `status ${ending.status}` : `signal ${ending.signal}`}`;
    waiting.reject(failure(`The process that made ${waiting.what} ended in mid-work${how}`));
  }

  #end(slot: Slot<G>): void {
    this.#slots.delete(slot);
    slot.worker?.kill();
  }
}

const nobodyWaits = ({ what }: { readonly what: string }) =>
  new GatehouseError("overloaded", `Nobody waits for ${what} any more.`);
