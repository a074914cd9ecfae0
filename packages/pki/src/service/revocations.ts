import type { CertificateStore, Revocation } from "@gatehouse/core/certificates";
import type { Clock } from "@gatehouse/core/clock";
import { GatehouseError } from "@gatehouse/core/errors";
import { serialOf, serialText } from "../serial.js";
import { oneAtATime } from "./one-at-a-time.js";

export interface RevocationsDeps {
  readonly store: Pick<CertificateStore, "revocations">;
  readonly clock: Clock;
  readonly confirmWithin: number;
  /** Told each serial once, after {@link Revocations.has} says so: open connections are to be closed. */
  readonly onRevoked?: ((serials: readonly string[]) => void) | undefined;
}

export interface Revoked {
  readonly entries: readonly Revocation[];
  readonly generation: bigint;
}

/** The revoked serials of the signing authority, in memory: every request asks. */
export class Revocations {
  readonly #deps: RevocationsDeps;
  #serials = new Set<string>();
  #generation = -1n;
  #confirmedAt: number | undefined;
  /** Serials that were added here while the store was being read, which it may not have told. */
  #added = new Set<string>();

  /** Reads them anew. */
  readonly refresh: () => Promise<Revoked>;

  constructor(deps: RevocationsDeps) {
    this.#deps = deps;
    this.refresh = oneAtATime(() => this.#read());
  }

  has(serial: string): boolean {
    if (this.#serials.has(serial)) return true;
    const number = serialOf(serial);
    return number !== undefined && this.#serials.has(serialText(number));
  }

  /** Takes in what was committed just now. */
  add(serials: readonly string[]): void {
    for (const serial of serials) this.#added.add(serial);
    this.#take(serials);
  }

  /** Whether this replica knows of every revocation that is older than the setting. */
  get confirmed(): boolean {
    const { clock, confirmWithin } = this.#deps;
    return this.#confirmedAt !== undefined && clock.now().getTime() - this.#confirmedAt <= confirmWithin * 1000;
  }

  /** Nothing has changed since the last reading, as was asked at this time. */
  confirmAsOf(at: Date): void {
    this.#confirmedAt = Math.max(this.#confirmedAt ?? 0, at.getTime());
  }

  /**
   * Reads them anew if that was too long ago: nothing is issued by who may have missed a revocation (T13).
   * @throws database-unavailable, or what the store throws
   */
  async confirm(): Promise<void> {
    if (this.confirmed) return;
    await this.refresh();
    if (this.confirmed) return;
    throw new GatehouseError("database-unavailable", "Revocations cannot be confirmed.", { retryAfterSeconds: 10 });
  }

  async #read(): Promise<Revoked> {
    const { store, clock } = this.#deps;
    this.#added = new Set();
    const began = clock.now();
    const { entries, generation } = await store.revocations(began);
    // The clock's time before the question: what was revoked while it was answered may be missing.
    this.#confirmedAt = began.getTime();
    this.#take(entries.map(({ serial }) => serial));
    if (generation >= this.#generation) {
      this.#generation = generation;
      // Those of certificates that have ended are not told any more, and need not be remembered.
      this.#serials = new Set([...entries.map(({ serial }) => serial), ...this.#added]);
    }
    return { entries, generation };
  }

  #take(serials: readonly string[]): void {
    const fresh = serials.filter((serial) => !this.#serials.has(serial));
    for (const serial of fresh) this.#serials.add(serial);
    if (fresh.length > 0) this.#deps.onRevoked?.(fresh);
  }
}
