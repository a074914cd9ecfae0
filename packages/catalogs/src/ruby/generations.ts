import type { Clock } from "@gatehouse/core/clock";
import type { EnvironmentVersion } from "@gatehouse/core/environments";
import type { Layout } from "./layout.js";
import { treeKey } from "./tree-key.js";

/** Milliseconds that a version which is not used is kept: of an environment that has another by now, and of one that has not. */
const KEPT_REPLACED = 60_000;
const KEPT_IDLE = 3_600_000;

/** One version of one environment, as workers serve it. */
export interface Generation {
  readonly environment: string;
  readonly version: number;
  readonly layout: Promise<Layout>;
}

interface Kept extends Generation {
  users: number;
  usedAt: number;
}

export interface GenerationOptions {
  /** @param place a name that no other has */
  readonly layOut: (version: EnvironmentVersion, place: string) => Promise<Layout>;
  /** Ends the workers of one that goes. */
  readonly release: (generation: Generation) => void;
  readonly clock: Clock;
}

/** The versions that are laid out. */
export class Generations {
  readonly #options: GenerationOptions;
  /** The least recently used first. */
  readonly #kept = new Map<string, Kept>();
  #count = 0;

  constructor(options: GenerationOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** Does something with a version that is laid out, and stays so meanwhile. */
  async with<T>(version: EnvironmentVersion, use: (generation: Generation) => Promise<T>): Promise<T> {
    const key = treeKey(version);
    const kept = this.#kept.get(key) ?? this.#begun(version);
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    kept.users++;
    try {
      await kept.layout;
      return await use(kept);
    } finally {
      kept.users--;
      kept.usedAt = this.#options.clock.now().getTime();
    }
  }

  /** Drops what nobody has used for a time. */
  async sweep(): Promise<void> {
    const now = this.#options.clock.now().getTime();
    const newest = new Map([...this.#kept.values()].map((kept) => [kept.environment, kept]));
    for (const [key, kept] of [...this.#kept]) {
      const keptFor = newest.get(kept.environment) === kept ? KEPT_IDLE : KEPT_REPLACED;
      if (kept.users > 0 || now - kept.usedAt < keptFor) continue;
      this.#kept.delete(key);
      this.#options.release(kept);
      await kept.layout.then(
        (layout) => layout.remove(),
        () => {},
      );
    }
  }

  #begun(version: EnvironmentVersion): Kept {
    const place = `${++this.#count}`;
    const layout = this.#options.layOut(version, place);
    const kept = { environment: version.name, version: version.version, layout, users: 0, usedAt: 0 };
    // A disk that was full may have room for the next who asks.
    layout.catch(() => this.#kept.forEach((other, key) => void (other === kept && this.#kept.delete(key))));
    return kept;
  }
}
