import type { Claim, Inbox } from "@gatehouse/core/submissions";
import { type BatchDeps, processBatch } from "./batch.js";
import { isAway, textOf } from "./failures.js";
import type { Log } from "./log.js";
import type { Outage } from "./outage.js";
import { Backoff, Rest } from "./pauses.js";
import { type Settled, settleBatch } from "./settle.js";

/** Accepting comes first: while agents hand in, all workers together have a tenth of the time, and none rests for ever. */
const BUSY_PARTS = 10;
const LONGEST_BUSY_PAUSE_MS = 1_000;
/** Bytes of a batch meanwhile: fifty packed inventories take longer than the longest rest makes up for. */
const BUSY_BYTES = 128 * 1024;
/** After a small batch others gather for this long: ten of one submission each cost five times as much as one of ten. */
const GATHER_MS = 50;
/** A batch of fewer, with no more bytes than one that is not heavy may have, is small. */
const FEW = 20;

export interface InboxWorkerDeps extends BatchDeps {
  readonly inbox: Pick<Inbox, "claim">;
  readonly log: Log;
  /** Shared by all workers, so that they say it once. */
  readonly outage: Outage;
  readonly most: number;
  readonly mostBytes: number;
  readonly pollMs: number;
  /** How many there are of its kind. */
  readonly workers: number;
  readonly busy: () => boolean;
  readonly onSettled: (done: number, failed: number) => void;
  /** It is at something that others should not wait for. */
  readonly onLong: () => void;
}

/** One loop over the inbox: claim, process, settle, release; one claim at a time. */
export class InboxWorker {
  readonly #deps: InboxWorkerDeps;
  readonly #rest = new Rest();
  readonly #backoff = new Backoff();
  readonly #asked: (() => void)[] = [];
  #active = false;
  #looksSoon = false;
  #stopping = false;

  constructor(deps: InboxWorkerDeps) {
    this.#deps = deps;
  }

  /** True but while it rests because it found nothing. */
  get active(): boolean {
    return this.#active;
  }

  /**
   * True while it looks, while it is at work on a small batch that does not take long, and while it lets others gather
   * after one: it takes what came meanwhile.
   */
  get looksSoon(): boolean {
    return this.#looksSoon;
  }

  /** Works until {@link stop}; never rejects. */
  async run(): Promise<void> {
    while (!this.#stopping) {
      this.#active = true;
      this.#looksSoon = true;
      const late = setTimeout(() => this.#leaveToOthers(), GATHER_MS);
      const pauseMs = await this.#round().catch((thrown: unknown) => this.#failed(thrown));
      clearTimeout(late);
      this.#looksSoon = pauseMs <= GATHER_MS;
      await this.#rest.pause(pauseMs);
    }
    this.#looksSoon = false;
    this.#active = false;
    this.#answer(this.#asked.length);
  }

  wake(): void {
    this.#rest.wake();
  }

  /** Begins no further claim. */
  stop(): void {
    this.#stopping = true;
    this.#rest.close();
  }

  /** Resolves when a look that began after the call found nothing, or when the worker ended. */
  foundNothing(): Promise<void> {
    return new Promise((resolve) => {
      this.#asked.push(resolve);
      this.wake();
    });
  }

  /** @returns milliseconds to pause */
  async #round(): Promise<number> {
    const { inbox, clock, most, mostBytes, heavyBytes, outage, pollMs } = this.#deps;
    this.#rest.forget();
    const asked = this.#asked.length;
    const claim = await inbox.claim({
      most,
      mostBytes: this.#deps.busy() ? Math.min(mostBytes, BUSY_BYTES) : mostBytes,
      heavyBytes,
    });
    const startedAt = clock.now().getTime();
    const isSmall =
      claim !== undefined && claim.submissions.length < Math.min(FEW, most) && bytesOf(claim) <= heavyBytes;
    if (claim !== undefined && !isSmall) this.#leaveToOthers();
    const settled = claim === undefined ? undefined : await this.#batch(claim);
    outage.over();
    if (settled === undefined) {
      this.#backoff.reset();
      this.#active = false;
      this.#looksSoon = false;
      this.#answer(asked);
      await this.#rest.nap(pollMs);
      return 0;
    }
    if (settled.done + settled.failed > 0) {
      this.#backoff.reset();
      this.#deps.onSettled(settled.done, settled.failed);
    }
    // What stays in the inbox is claimed again at once.
    if (settled.stuck > 0) return this.#backoff.next();
    const tookMs = clock.now().getTime() - startedAt;
    const busyMs = this.#deps.busy()
      ? Math.min(tookMs * (BUSY_PARTS * this.#deps.workers - 1), LONGEST_BUSY_PAUSE_MS)
      : 0;
    return Math.max(busyMs, isSmall ? GATHER_MS : 0);
  }

  async #batch(claim: Claim): Promise<Settled> {
    try {
      return await settleBatch(claim, await processBatch(claim, this.#deps), this.#deps.log);
    } finally {
      await claim.release().catch((thrown: unknown) => {
        // Queues are held by a connection: one that is gone holds none, and the next claim tells of the outage.
        if (!isAway(thrown)) this.#deps.log.error("a claim could not be released", { error: textOf(thrown) });
      });
    }
  }

  /** What comes from now on shall not wait for what it does. */
  #leaveToOthers(): void {
    if (!this.#looksSoon) return;
    this.#looksSoon = false;
    this.#deps.onLong();
  }

  /** @returns milliseconds to pause */
  #failed(thrown: unknown): number {
    if (isAway(thrown)) this.#deps.outage.seen(thrown);
    else this.#deps.log.error("a round of the inbox failed", { error: textOf(thrown) });
    return this.#backoff.next();
  }

  #answer(asked: number): void {
    for (const resolve of this.#asked.splice(0, asked)) resolve();
  }
}

const bytesOf = ({ submissions }: Claim) => submissions.reduce((sum, { size }) => sum + size, 0);
