/** Lets at most so many tasks run at the same time; the others wait in order. */
export class Limit {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** @param size tasks at the same time */
  constructor(size: number) {
    this.#free = size;
  }

  /**
   * @param task started as soon as there is room
   * @returns what the task returns; its errors pass through
   */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) {
      this.#free -= 1;
    } else {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) {
        this.#free += 1;
      } else {
        next();
      }
    }
  }
}
