import type { Clock } from "@gatehouse/core/clock";
import type { EnvironmentVersion } from "@gatehouse/core/environments";
import { GatehouseError } from "@gatehouse/core/errors";
import type { Layout } from "./layout.js";
import { treeKey } from "./tree-key.js";

/** Milliseconds that a version which is not used is kept: of an environment that has another by now, and of one that has not. */
const KEPT_REPLACED = 60_000;
const KEPT_IDLE = 3_600_000;
/** Milliseconds after which one is laid out anew: systems remove temporary files that are not read for days. */
const LASTING = 24 * 3_600_000;

/** One version of one environment, as workers serve it. */
export interface Generation {
  readonly environment: string;
  readonly layout: Promise<Layout>;
}

interface Kept extends Generation {
  readonly laidOutAt: number;
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
  /** In whose place another is, or will be. */
  readonly #retired = new Set<Kept>();
  #count = 0;
  #isClosed = false;

  constructor(options: GenerationOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#kept.size;
  }

  /**
   * Does something with a version that is laid out, and stays so meanwhile.
   * @throws overloaded after {@link close}
   */
  async with<T>(version: EnvironmentVersion, use: (generation: Generation) => Promise<T>): Promise<T> {
    const key = treeKey(version);
    await this.#retireUnfit(key);
    if (this.#isClosed) throw new GatehouseError("overloaded", "The compiler ends.");
    const kept = this.#kept.get(key) ?? this.#begun(version);
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    kept.users++;
    try {
      await kept.layout;
      return await use(kept);
    } finally {
      kept.users--;
      kept.usedAt = this.#now();
    }
  }

  /** Once nothing is laid out any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled([...this.#kept.values()].map(({ layout }) => layout));
  }

  /** Drops what nobody has used for a time. */
  async sweep(): Promise<void> {
    const now = this.#now();
    for (const kept of this.#retired) if (kept.users === 0 && this.#retired.delete(kept)) await this.#remove(kept);
    const newest = new Map([...this.#kept.values()].map((kept) => [kept.environment, kept]));
    for (const [key, kept] of [...this.#kept]) {
      const keptFor = newest.get(kept.environment) === kept ? KEPT_IDLE : KEPT_REPLACED;
      if (kept.users > 0 || now - kept.usedAt < keptFor) continue;
      this.#kept.delete(key);
      await this.#remove(kept);
    }
  }

  async #retireUnfit(key: string): Promise<void> {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    const isThere = await kept.layout.then(
      (layout) => layout.isThere(),
      () => true,
    );
    if ((isThere && this.#now() - kept.laidOutAt < LASTING) || this.#kept.get(key) !== kept) return;
    this.#kept.delete(key);
    this.#retired.add(kept);
    this.#options.release(kept);
  }

  async #remove(kept: Kept): Promise<void> {
    this.#options.release(kept);
    await kept.layout.then(
      (layout) => layout.remove(),
      () => {},
    );
  }

  #now(): number {
    return this.#options.clock.now().getTime();
  }

  #begun(version: EnvironmentVersion): Kept {
    const place = `${++this.#count}`;
    const layout = this.#options.layOut(version, place);
    const kept = {
      environment: version.name,
      layout,
      laidOutAt: this.#now(),
      users: 0,
      usedAt: 0,
    };
    // A disk that was full may have room for the next who asks.
    layout.catch(() => this.#kept.forEach((other, key) => void (other === kept && this.#kept.delete(key))));
    return kept;
  }
}
