import type { Head } from "@gatehouse/core/content";
import { LRUCache } from "lru-cache";
import { keyOf } from "../clean.js";

/** The channel on which replicas tell each other that a head moved. */
export const CONTENT_CHANNEL = "gatehouse_content";

/** Milliseconds for which a head is believed when a notification is lost, behind a pooler that drops them, say. */
const BELIEVED_MS = 5_000;
const MOST = 10_000;
const MOST_LISTS = 100;

/** What heads are read by. */
export interface HeadReads {
  /** Of these names, in one channel. */
  named(kind: string, names: readonly string[], channel: string): Promise<Head[]>;
  /** All of a kind, by name. */
  all(kind: string): Promise<Head[]>;
}

/**
 * Heads as they are asked for at every check-in, kept in memory while notifications of their moves arrive. Without a
 * connection for those, every read goes to the database.
 */
export class HeadCache {
  readonly #reads: HeadReads;
  readonly #kept = new LRUCache<string, { readonly head: Head | undefined }>({
    maxSize: MOST,
    sizeCalculation: () => 1,
    ttl: BELIEVED_MS,
  });
  readonly #lists = new LRUCache<string, readonly Head[]>({ max: MOST_LISTS, ttl: BELIEVED_MS });
  readonly #trusted: () => boolean;
  #generation = 0;

  /** @param trusted whether moves are being heard of now */
  constructor(reads: HeadReads, trusted: () => boolean) {
    this.#reads = reads;
    this.#trusted = trusted;
  }

  /** A head moved somewhere: what was read before, and what is being read now, is forgotten. */
  forget(): void {
    this.#generation++;
    this.#kept.clear();
    this.#lists.clear();
  }

  async heads(kind: string, names: readonly string[], channel: string): Promise<Head[]> {
    const keys = names.map((name) => `${kind}/${channel}/${keyOf(name)}`);
    if (this.#trusted()) {
      const kept = keys.map((key) => this.#kept.get(key));
      if (kept.every((entry) => entry !== undefined)) return kept.flatMap((entry) => entry?.head ?? []);
    }
    const generation = this.#generation;
    const heads = await this.#reads.named(kind, names, channel);
    if (this.#generation === generation) {
      for (const [i, name] of names.entries()) {
        const head = heads.find((candidate) => keyOf(candidate.name) === keyOf(name));
        this.#kept.set(keys[i] ?? "", { head });
      }
    }
    return heads;
  }

  async headsOf(kind: string): Promise<readonly Head[]> {
    const kept = this.#trusted() ? this.#lists.get(kind) : undefined;
    if (kept !== undefined) return kept;
    const generation = this.#generation;
    const heads = await this.#reads.all(kind);
    if (this.#generation === generation) this.#lists.set(kind, heads);
    return heads;
  }
}

/** Tells every replica, ours too, with the commit of the transaction that it is part of. */
export const NOTIFY_CONTENT = `select pg_notify('${CONTENT_CHANNEL}', '')`;
