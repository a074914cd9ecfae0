import type { Head } from "@gatehouse/core/content";
import { LRUCache } from "lru-cache";
import { keyOf } from "../clean.js";

/** The channel on which replicas tell each other that a head moved. */
export const CONTENT_CHANNEL = "gatehouse_content";

/** Milliseconds for which a head is believed when a notification is lost, behind a pooler that drops them, say. */
const BELIEVED_MS = 5_000;
const MOST = 10_000;

type Read = (kind: string, names: readonly string[], channel: string) => Promise<Head[]>;

/**
 * Heads as they are asked for at every check-in, kept in memory while notifications of their moves arrive. Without a
 * connection for those, every read goes to the database.
 */
export class HeadCache {
  readonly #read: Read;
  readonly #kept = new LRUCache<string, { readonly head: Head | undefined }>({ max: MOST, ttl: BELIEVED_MS });
  readonly #trusted: () => boolean;
  #generation = 0;

  /** @param trusted whether moves are being heard of now */
  constructor(read: Read, trusted: () => boolean) {
    this.#read = read;
    this.#trusted = trusted;
  }

  /** A head moved somewhere: what was read before, and what is being read now, is forgotten. */
  forget(): void {
    this.#generation++;
    this.#kept.clear();
  }

  async heads(kind: string, names: readonly string[], channel: string): Promise<Head[]> {
    const keys = names.map((name) => `${kind}/${channel}/${keyOf(name)}`);
    if (this.#trusted()) {
      const kept = keys.map((key) => this.#kept.get(key));
      if (kept.every((entry) => entry !== undefined)) return kept.flatMap((entry) => entry?.head ?? []);
    }
    const generation = this.#generation;
    const heads = await this.#read(kind, names, channel);
    if (this.#generation === generation) {
      for (const [i, name] of names.entries()) {
        const head = heads.find((candidate) => keyOf(candidate.name) === keyOf(name));
        this.#kept.set(keys[i] ?? "", { head });
      }
    }
    return heads;
  }
}

/** Tells every replica, ours too, with the commit of the transaction that it is part of. */
export const NOTIFY_CONTENT = `select pg_notify('${CONTENT_CHANNEL}', '')`;
