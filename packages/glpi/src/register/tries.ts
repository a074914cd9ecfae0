import type { Clock } from "@gatehouse/core/clock";
import { LRUCache } from "lru-cache";

export interface TriesLimits {
  readonly clock: Clock;
  /** Seconds from the first try until all are forgotten. */
  readonly seconds: number;
  /** Names that are remembered; beyond that, the one that was quiet for longest is forgotten. */
  readonly names: number;
}

/**
 * How often somebody tried something, in a time that begins with the first. In memory, and in so much of it whoever calls under how many
 * names: limiters of npm keep an entry and a timer for each name without a bound.
 */
export class Tries {
  readonly #limits: TriesLimits;
  readonly #tries: LRUCache<string, { readonly since: number; readonly count: number }>;

  constructor(limits: TriesLimits) {
    this.#limits = limits;
    this.#tries = new LRUCache({ maxSize: limits.names, sizeCalculation: () => 1 });
  }

  /** @returns how many there are, with this one */
  count(name: string): number {
    const { since, count } = this.#of(name);
    this.#tries.set(name, { since, count: count + 1 });
    return count + 1;
  }

  /** How many there were. */
  of(name: string): number {
    return this.#of(name).count;
  }

  #of(name: string): { readonly since: number; readonly count: number } {
    const now = this.#limits.clock.now().getTime();
    const found = this.#tries.get(name);
    return found !== undefined && now - found.since < this.#limits.seconds * 1000 ? found : { since: now, count: 0 };
  }
}
