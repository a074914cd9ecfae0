import type { Wakes } from "@gatehouse/core/jobs";
import type { Log } from "@gatehouse/http";

/** Wakes of one statement. */
const AT_ONCE = 1000;

type Outcome = Parameters<Wakes["told"]>[2];
interface Note {
  readonly jobIds: string[];
  readonly way: string;
  readonly outcome: Outcome;
}

/** How ways of waking went, written down behind the waking: thousands of agents are told first. What went alike goes together. */
export class Notes {
  readonly #wakes: Pick<Wakes, "told">;
  readonly #log: Log;
  /** By way and outcome, in the order of the first of each. */
  #waiting = new Map<string, Note>();
  #writing: Promise<void> | undefined;

  constructor(wakes: Pick<Wakes, "told">, log: Log) {
    this.#wakes = wakes;
    this.#log = log;
  }

  add(jobId: string, way: string, outcome: Outcome): void {
    const key = `${way} ${outcome.ok} ${outcome.message}`;
    const alike = this.#waiting.get(key);
    if (alike === undefined) this.#waiting.set(key, { jobIds: [jobId], way, outcome });
    else alike.jobIds.push(jobId);
  }

  /** Begins to write what was added. */
  write(): void {
    this.#writing ??= this.#all().finally(() => {
      this.#writing = undefined;
      // Added when the last look was over.
      if (this.#waiting.size > 0) this.write();
    });
  }

  /** Resolves when all is written. */
  async idle(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  async #all(): Promise<void> {
    while (this.#waiting.size > 0) {
      const notes = [...this.#waiting.values()];
      this.#waiting = new Map();
      for (const note of notes)
        for (let at = 0; at < note.jobIds.length; at += AT_ONCE)
          await this.#one(note, note.jobIds.slice(at, at + AT_ONCE));
    }
  }

  async #one({ way, outcome }: Note, jobIds: readonly string[]): Promise<void> {
    try {
      await this.#wakes.told(jobIds, way, outcome);
    } catch (thrown) {
      // Operators miss a line of a story; the agents were woken, or will be tried again.
      this.#log.warn("how wakes went could not be noted", {
        way,
        wakes: jobIds.length,
        reason: (thrown as Error).message,
      });
    }
  }
}
