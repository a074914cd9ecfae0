import { ownTurn } from "@gatehouse/core/clock";

/**
 * Turns for work that takes milliseconds: so much in each turn of the event loop, in bytes that are worked on. Requests
 * that arrive together would else all be worked on at once, and everybody else kept waiting for all of them.
 */
export class Turns {
  readonly #most: number;
  #last: Promise<void> = Promise.resolve();
  #taken = 0;

  /** @param most bytes of one turn of the event loop; a single piece may have more */
  constructor(most: number) {
    this.#most = most;
  }

  /** Resolves when it is the caller's turn: in the order of the calls. */
  next(bytes: number): Promise<void> {
    const mine = this.#last.then(async () => {
      // Not by the clock: when the next one is let in, the one before has only just been told.
      if (this.#taken + bytes > this.#most) {
        await ownTurn();
        this.#taken = 0;
      }
      this.#taken += bytes;
    });
    this.#last = mine;
    return mine;
  }
}
