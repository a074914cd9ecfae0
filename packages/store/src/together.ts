import { isAway } from "./failures.js";

interface Waiting<Said, Done> {
  readonly said: Said;
  readonly resolve: (done: Done) => void;
  readonly reject: (thrown: unknown) => void;
}

/**
 * Many callers' work, done together: what comes while one batch is under way goes into the next. A fleet that registers at
 * once then waits for few statements and few commits, and one that comes alone for its own.
 */
export class Together<Said, Done> {
  readonly #work: (batch: readonly Said[]) => Promise<readonly Done[]>;
  readonly #most: number;
  readonly #nameOf: ((said: Said) => string) | undefined;
  #waiting: Waiting<Said, Done>[] = [];
  #isBusy = false;

  /**
   * @param work all of a batch or nothing of it; what came of each, in their order
   * @param most in one batch
   * @param nameOf of those with one name no two are in one batch: the second sees what the first did
   */
  constructor(
    work: (batch: readonly Said[]) => Promise<readonly Done[]>,
    most: number,
    nameOf?: (said: Said) => string,
  ) {
    this.#work = work;
    this.#most = most;
    this.#nameOf = nameOf;
  }

  /** @throws what the work throws for this one alone, or for all of its batch when the database is away */
  do(said: Said): Promise<Done> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ said, resolve, reject });
      if (this.#isBusy) return;
      this.#isBusy = true;
      // In the next turn: what comes in this one goes along.
      setImmediate(() => void this.#doAll());
    });
  }

  async #doAll(): Promise<void> {
    while (this.#waiting.length > 0) await this.#doBatch(this.#takeBatch());
    this.#isBusy = false;
  }

  #takeBatch(): Waiting<Said, Done>[] {
    const batch: Waiting<Said, Done>[] = [];
    const left: Waiting<Said, Done>[] = [];
    const names = new Set<string>();
    for (const each of this.#waiting) {
      const name = this.#nameOf?.(each.said);
      const isNext = batch.length < this.#most && (name === undefined || !names.has(name));
      (isNext ? batch : left).push(each);
      // Also of one that has to wait: those of one name stay in their order.
      if (name !== undefined) names.add(name);
    }
    this.#waiting = left;
    return batch;
  }

  async #doBatch(batch: readonly Waiting<Said, Done>[]): Promise<void> {
    try {
      const done = await this.#work(batch.map(({ said }) => said));
      if (done.length !== batch.length) throw new Error("a batch gave another number of results");
      for (const [i, each] of done.entries()) batch[i]?.resolve(each);
    } catch (thrown) {
      // What is wrong with one of them is not to fail the others.
      if (batch.length > 1 && !isAway(thrown)) for (const each of batch) await this.#doBatch([each]);
      else for (const { reject } of batch) reject(thrown);
    }
  }
}
