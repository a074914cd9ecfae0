import { createHmac, randomBytes } from "node:crypto";
import { isIPv6 } from "node:net";
import type { Clock } from "@gatehouse/core/clock";
import { GatehouseError } from "@gatehouse/core/errors";
import { LRUCache } from "lru-cache";
import { Room } from "./room.js";

/** Wrong secrets that may come from one address within {@link SECONDS}. */
const MOST_FAILURES = 20;
const SECONDS = 60;
/** Addresses that are watched, those that called last. */
const MOST_ADDRESSES = 10_000;
/** Secrets of one address that are looked at together: each takes tens of milliseconds of a thread that others wait for. */
const AT_ONCE = 2;
/** Right secrets that are remembered: of agents that share their address with somebody who guesses. */
const MOST_RIGHT = 20_000;

interface Watched {
  failures: number;
  /** Milliseconds since 1970. */
  until: number;
  readonly room: Room;
}

/**
 * Keeps secrets from being guessed: who shows too many wrong ones is turned away before the next one is looked at. By the
 * address, for names can be guessed too. Agents behind one address do not get in each other's way: right secrets do not count,
 * and one that was right the last time is looked at always.
 */
export class FailedProofs {
  readonly #clock: Clock;
  readonly #watched = new LRUCache<string, Watched>({ maxSize: MOST_ADDRESSES, sizeCalculation: () => 1 });
  readonly #right = new LRUCache<string, true>({ maxSize: MOST_RIGHT, sizeCalculation: () => 1 });
  /** Secrets are remembered as digests under a key that ends with this process. */
  readonly #key = randomBytes(32);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * What a secret turns out to be of.
   * @param from the caller's address; callers whose address is not known count as one
   * @param shown all that is shown, the secret too
   * @param verify undefined for a wrong secret
   * @throws overloaded, with when to come again, where too many wrong ones came from there; and what `verify` throws
   */
  async check<T>(
    from: string | undefined,
    shown: string,
    verify: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const watched = this.#watch(networkOf(from ?? ""));
    const digest = createHmac("sha256", this.#key).update(shown).digest("base64");
    const isAlwaysLookedAt = this.#right.has(digest);
    if (!isAlwaysLookedAt) this.#refuseTooMany(watched, from);
    await watched.room.take(1);
    try {
      // Those who waited before may have been wrong.
      if (!isAlwaysLookedAt) this.#refuseTooMany(watched, from);
      const found = await verify();
      if (found === undefined) {
        this.#count(watched);
        this.#right.delete(digest);
      } else this.#right.set(digest, true);
      return found;
    } finally {
      watched.room.giveBack(1);
    }
  }

  #watch(network: string): Watched {
    const known = this.#watched.get(network);
    if (known !== undefined) return known;
    const watched = { failures: 0, until: 0, room: new Room(AT_ONCE) };
    this.#watched.set(network, watched);
    return watched;
  }

  #count(watched: Watched): void {
    const now = this.#clock.now().getTime();
    if (watched.until <= now) {
      watched.failures = 0;
      watched.until = now + SECONDS * 1000;
    }
    watched.failures++;
  }

  #refuseTooMany({ failures, until }: Watched, from: string | undefined): void {
    const left = until - this.#clock.now().getTime();
    if (failures < MOST_FAILURES || left <= 0) return;
    throw new GatehouseError("overloaded", "Too many wrong credentials came from this address; try again later.", {
      detail: `rule: ${failures} failed proofs within ${SECONDS} seconds from ${networkOf(from ?? "")}`,
      retryAfterSeconds: Math.ceil(left / 1000),
    });
  }
}

/** Who has an IPv6 address has at least 2^64 of them: the network counts. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const groups = (text = "") => (text === "" ? [] : text.split(":"));
  const [before, after] = address.split("::", 2);
  const [head, tail] = [groups(before), groups(after)];
  const zeros = address.includes("::") ? 8 - head.length - tail.length - (/\./.test(address) ? 1 : 0) : 0;
  return `${[...head, ...Array<string>(Math.max(0, zeros)).fill("0"), ...tail].slice(0, 4).join(":")}::/64`;
}
