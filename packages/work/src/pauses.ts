const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/** Pauses between tries that keep failing: half a second, twice as long each time, ten seconds at the most. */
export class Backoff {
  #ms = 0;

  /** Milliseconds to wait before the next try. */
  next(): number {
    this.#ms = Math.min(Math.max(this.#ms * 2, FIRST_MS), LONGEST_MS);
    return this.#ms;
  }

  reset(): void {
    this.#ms = 0;
  }
}

/** The waiting of one loop. */
export class Rest {
  #end: (() => void) | undefined;
  #napping = false;
  #woken = false;
  #closed = false;

  /** Waits `ms`, or until it is woken; not at all when it was woken since {@link forget}. */
  nap(ms: number): Promise<void> {
    return this.#woken ? Promise.resolve() : this.#wait(ms, true);
  }

  /** Waits `ms`; only {@link close} makes it shorter. */
  pause(ms: number): Promise<void> {
    return this.#wait(ms, false);
  }

  /** To be called before a look whose result a nap depends on: what wakes it from now on is not lost. */
  forget(): void {
    this.#woken = false;
  }

  wake(): void {
    this.#woken = true;
    if (this.#napping) this.#end?.();
  }

  /** Ends the wait under way, and every later one at once. */
  close(): void {
    this.#closed = true;
    this.#end?.();
  }

  #wait(ms: number, napping: boolean): Promise<void> {
    if (this.#closed || ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#napping = napping;
      this.#end = () => {
        clearTimeout(timer);
        this.#end = undefined;
        resolve();
      };
      const timer = setTimeout(this.#end, ms);
    });
  }
}
