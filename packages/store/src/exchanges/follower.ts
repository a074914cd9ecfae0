import type { ExchangeSummary } from "@gatehouse/core/exchanges";
import type { Database } from "../database.js";
import type { Notifications } from "../notifications.js";
import { EXCHANGES_CHANNEL } from "./rows.js";

/** Where no notification comes, it is looked so often. */
const LOOK_MS = 1_000;
/** Milliseconds for which an exchange with a lower number may still come: another gateway's transaction was open. */
const LATE_MS = 10_000;
const AT_ONCE = 1_000;
/** Numbers before the newest that may not have been committed when somebody begins to follow. */
const BEFORE = 500n;

interface Source {
  newest(): Promise<string | undefined>;
  /** In the order of their numbers. */
  after(id: string, limit: number): Promise<ExchangeSummary[]>;
}

type Wants = (exchange: ExchangeSummary) => boolean;
type On = (exchanges: readonly ExchangeSummary[]) => void;

/** All who want the same. */
interface Listeners {
  readonly wants: Wants;
  readonly all: Set<On>;
}

/**
 * One look at the table for all who follow it. Numbers are given before transactions are committed: what was seen is
 * remembered for a while, and looked past again.
 */
export class Follower {
  readonly #source: Source;
  /** By what they want. */
  readonly #listeners = new Map<string, Listeners>();
  readonly #notices: Notifications;
  /** Seen, with when: those that are not older than {@link LATE_MS}. */
  readonly #seen = new Map<string, number>();
  /** All up to it were seen, or will never come. */
  #from: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #again = false;
  #isListening = false;
  /** Another one when all have gone: what was asked for those before says nothing to those who come now. */
  #generation = 0;
  #begun: (() => void)[] = [];

  constructor(db: Pick<Database, "notifications">, source: Source) {
    this.#source = source;
    const look = () => void this.#look();
    this.#notices = db.notifications(EXCHANGES_CHANNEL, { onNotice: look, onGap: look });
  }

  /**
   * @param same the same text for those who want the same: it is looked and told for all of them together
   * @returns `begun` resolves when all that is recorded from then on will be told; it waits for a database that is away
   */
  follow(same: string, wants: Wants, on: On): { stop(): void; readonly begun: Promise<void> } {
    const isFirst = this.#listeners.size === 0;
    const listeners = this.#listeners.get(same) ?? { wants, all: new Set() };
    this.#listeners.set(same, listeners);
    // Its own, even where somebody follows twice with one function.
    const listener: On = (exchanges) => on(exchanges);
    listeners.all.add(listener);
    const begun = new Promise<void>((resolve) => {
      if (this.#from === undefined) this.#begun.push(resolve);
      else resolve();
    });
    if (isFirst) this.#begin();
    return {
      begun,
      stop: () => {
        if (!listeners.all.delete(listener) || listeners.all.size > 0) return;
        this.#listeners.delete(same);
        if (this.#listeners.size > 0) return;
        this.#generation++;
        clearInterval(this.#timer);
        this.#from = undefined;
        this.#seen.clear();
      },
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#listeners.clear();
    this.#generation++;
    if (this.#isListening) await this.#notices.close();
    await this.#looking;
  }

  #begin(): void {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => void this.#look(), LOOK_MS).unref();
    if (!this.#isListening) void this.#notices.listen();
    this.#isListening = true;
    void this.#look();
  }

  /** One at a time; who asks meanwhile has it look once more. */
  #look(): Promise<void> {
    if (this.#listeners.size === 0) return Promise.resolve();
    this.#again = true;
    this.#looking ??= this.#lookAll().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookAll(): Promise<void> {
    while (this.#again && this.#listeners.size > 0) {
      this.#again = false;
      try {
        await this.#lookOnce();
      } catch {
        // A database that is away is said by whoever else asks it; here it is looked again.
        return;
      }
    }
  }

  async #lookOnce(): Promise<void> {
    const generation = this.#generation;
    const isOver = () => generation !== this.#generation;
    if (this.#from === undefined) {
      const newest = BigInt((await this.#source.newest()) ?? "0");
      const from = newest > BEFORE ? newest - BEFORE : 0n;
      const now = performance.now();
      const before = await this.#source.after(String(from), AT_ONCE);
      if (isOver()) return;
      for (const { id } of before) this.#seen.set(id, now);
      this.#from = String(from);
      for (const tell of this.#begun.splice(0)) tell();
    }
    const found = await this.#source.after(this.#from, AT_ONCE);
    if (isOver()) return;
    const now = performance.now();
    const fresh = found.filter(({ id }) => !this.#seen.has(id));
    for (const { id } of fresh) this.#seen.set(id, now);
    for (const { wants, all } of this.#listeners.values()) {
      const wanted = fresh.filter(wants);
      if (wanted.length > 0) for (const on of all) on(wanted);
    }
    this.#forget(found, now);
    if (found.length === AT_ONCE) this.#again = true;
  }

  /** Moves on past what was seen long enough ago; past all of it where there is too much to look past. */
  #forget(found: readonly ExchangeSummary[], now: number): void {
    const isFull = found.length === AT_ONCE;
    for (const { id } of found) {
      const seenAt = this.#seen.get(id) ?? now;
      if (!isFull && now - seenAt < LATE_MS) return;
      this.#seen.delete(id);
      this.#from = id;
    }
  }
}
