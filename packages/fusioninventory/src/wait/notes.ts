import type { Wakes } from "@gatehouse/core/jobs";
import type { Log } from "@gatehouse/http";

/** Notes that are written at once: the database is there for others too. */
const AT_ONCE = 3;

interface Note {
  readonly jobId: string;
  readonly way: string;
  readonly outcome: Parameters<Wakes["told"]>[2];
}

/** How ways of waking went, written down behind the waking: thousands of agents are told first. */
export class Notes {
  readonly #wakes: Pick<Wakes, "told">;
  readonly #log: Log;
  #waiting: Note[] = [];
  #writing: Promise<unknown> | undefined;

  constructor(wakes: Pick<Wakes, "told">, log: Log) {
    this.#wakes = wakes;
    this.#log = log;
  }

  add(jobId: string, way: string, outcome: Note["outcome"]): void {
    this.#waiting.push({ jobId, way, outcome });
    this.#writing ??= Promise.all(Array.from({ length: AT_ONCE }, () => this.#write())).finally(() => {
      this.#writing = undefined;
    });
  }

  /** Resolves when all is written. */
  async idle(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  async #write(): Promise<void> {
    // After who added them is done with all of them.
    await null;
    for (let note = this.#waiting.shift(); note !== undefined; note = this.#waiting.shift()) {
      const { jobId, way, outcome } = note;
      try {
        await this.#wakes.told(jobId, way, outcome);
      } catch (thrown) {
        // An operator misses a line of its story; the agent was woken, or will be tried again.
        this.#log.warn("how a wake went could not be noted", { job: jobId, way, reason: (thrown as Error).message });
      }
    }
  }
}
