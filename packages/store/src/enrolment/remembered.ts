import { LRUCache } from "lru-cache";

/** Milliseconds for which what was read is believed, from the moment at which reading began. */
const RECENT_MS = 5_000;

/**
 * What was read lately, the newest of it. Those that ask for one thing at once share one reading. What this process
 * changes it forgets, also what is being read meanwhile.
 */
export class Remembered<Value> {
  readonly #kept: LRUCache<string, { readonly value: Value }>;
  readonly #reading = new Map<string, Promise<Value>>();
  readonly #isKept: (value: Value) => boolean;
  readonly #clock: { now(): number };

  /**
   * @param most values that are kept
   * @param isKept whether a value may be believed for a while; all of them unless told
   */
  constructor(most: number, isKept: (value: Value) => boolean = () => true, clock: { now(): number } = performance) {
    this.#kept = new LRUCache({
      maxSize: most,
      sizeCalculation: () => 1,
      ttl: RECENT_MS,
      ttlResolution: 0,
      perf: clock,
    });
    this.#isKept = isKept;
    this.#clock = clock;
  }

  /** @throws what `read` throws, which is not remembered */
  async get(key: string, read: () => Promise<Value>): Promise<Value> {
    const kept = this.#kept.get(key);
    return kept === undefined ? (this.#reading.get(key) ?? this.#read(key, read)) : kept.value;
  }

  /** Reads anew, and remembers that. */
  fresh(key: string, read: () => Promise<Value>): Promise<Value> {
    this.forget(key);
    return this.#read(key, read);
  }

  /** What was read under this key, and what is being read under it; everything, unless told. */
  forget(key?: string): void {
    if (key === undefined) {
      this.#kept.clear();
      this.#reading.clear();
    } else {
      this.#kept.delete(key);
      this.#reading.delete(key);
    }
  }

  #read(key: string, read: () => Promise<Value>): Promise<Value> {
    const start = this.#clock.now();
    const reading = read().then(
      (value) => {
        // Another reading, or none, where it was forgotten meanwhile.
        if (this.#reading.get(key) === reading) {
          this.#reading.delete(key);
          if (this.#isKept(value)) this.#kept.set(key, { value }, { start });
        }
        return value;
      },
      (thrown: unknown) => {
        if (this.#reading.get(key) === reading) this.#reading.delete(key);
        throw thrown;
      },
    );
    this.#reading.set(key, reading);
    return reading;
  }
}
