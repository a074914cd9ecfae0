import { GatehouseError } from "@gatehouse/core/errors";
import { jitteredRetryAfter } from "./admission.js";

/** Work of one caller among that of others. @throws overloaded where too much of the caller's is under way */
export type PerName = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/**
 * Lets each caller have so much under way at once: what is heavy takes a place, or a turn on the one thread, that others
 * wait for.
 * @param what of whom, for the error: `files of one node`
 */
export function limitPerName(most: number, what: string): PerName {
  const running = new Map<string, number>();
  return async (name, work) => {
    const now = running.get(name) ?? 0;
    if (now >= most)
      throw new GatehouseError("overloaded", `No more than ${most} ${what} are taken at once`, {
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
