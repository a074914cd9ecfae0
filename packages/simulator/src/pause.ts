import { setTimeout as sleep } from "node:timers/promises";

/** Sleeps; being aborted just ends the pause early. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
