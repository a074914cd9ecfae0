import { textOf } from "./failures.js";
import type { Log } from "./log.js";

/** Says once that the database went away and once that it is back, however many tries and loops see it. */
export class Outage {
  readonly #log: Log;
  readonly #who: string;
  #away = false;

  /** @param who waits for the database, as the line's first words */
  constructor(log: Log, who: string) {
    this.#log = log;
    this.#who = who;
  }

  /** To be called with every `database-unavailable`. */
  seen(thrown: unknown): void {
    if (this.#away) return;
    this.#away = true;
    this.#log.error(`${this.#who} waits: the database cannot be reached`, { error: textOf(thrown) });
  }

  /** To be called when something was done with the database from beginning to end. */
  over(): void {
    if (!this.#away) return;
    this.#away = false;
    this.#log.info(`${this.#who} goes on: the database is back`);
  }
}
