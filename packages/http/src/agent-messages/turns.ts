import { setImmediate } from "node:timers/promises";

/** Milliseconds of such work before everybody else is let in. */
const TURN_MS = 10;

/**
 * Turns for work that takes milliseconds, so much in each turn of the event loop. Requests that arrive together would else
 * all be worked on at once, and everybody else kept waiting for all of them.
 */
export class Turns {
  #last: Promise<void> = Promise.resolve();
  #since = Number.NEGATIVE_INFINITY;

  /** Resolves when it is the caller's turn: in the order of the calls. */
  next(): Promise<void> {
    const mine = this.#last.then(async () => {
      if (performance.now() - this.#since < TURN_MS) return;
      await setImmediate();
      this.#since = performance.now();
    });
    this.#last = mine;
    return mine;
  }
}
