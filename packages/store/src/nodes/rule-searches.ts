import { GatehouseError } from "@gatehouse/core/errors";

/** A rule may keep a connection for as long as a statement may take: the others of the pool are for those that check in. */
const AT_ONCE = 2;
export const MOST_WAITING = 8;
/** About what one search takes at the most. */
const RETRY_AFTER_SECONDS = 10;

/** Searches by rules, a few at once; a few more wait for their turn, without a connection. */
export class RuleSearches {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** @throws overloaded when too many wait already, and whatever the search throws */
  async run<T>(search: () => Promise<T>): Promise<T> {
    if (this.#running < AT_ONCE) this.#running++;
    else await this.#turn();
    try {
      return await search();
    } finally {
      // Who waits takes over the place.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length < MOST_WAITING) return new Promise((resolve) => this.#waiting.push(resolve));
    throw new GatehouseError("overloaded", "Others are searching by rules just now; try again later.", {
      detail: `${AT_ONCE} searches by rules under way, ${MOST_WAITING} waiting`,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }
}
