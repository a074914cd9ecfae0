import { GatehouseError } from "@gatehouse/core/errors";
import { jitteredRetryAfter, type Peer } from "@gatehouse/http";

/** Work of one caller among that of others. @throws overloaded where too much of the caller's is under way */
export type PerCaller = <T>(peer: Peer, work: () => Promise<T>) => Promise<T>;

/**
 * Lets each caller have so much under way at once: agents do one thing after the other, and what is heavy takes a place,
 * or a turn on the one thread, that others wait for.
 * @param what of a caller, for the error: `files`
 */
export function limitPerCaller(most: number, what: string): PerCaller {
  const running = new Map<string, number>();
  return async (peer, work) => {
    const name = nameOf(peer);
    const now = running.get(name) ?? 0;
    if (now >= most)
      throw new GatehouseError("overloaded", `No more than ${most} ${what} of one node are taken at once`, {
        retryAfterSeconds: jitteredRetryAfter(),
      });
    running.set(name, now + 1);
    try {
      return await work();
    } finally {
      const left = (running.get(name) ?? 1) - 1;
      if (left === 0) running.delete(name);
      else running.set(name, left);
    }
  };
}

const nameOf = (peer: Peer) => (peer.kind === "verified" ? peer.name : "");
