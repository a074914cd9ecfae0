import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Gateway } from "../process/gateway.js";

const LONGEST = /^nodejs_eventloop_lag_max_seconds(?:\{[^}]*\})? (\S+)$/m;

/**
 * The longest time in milliseconds between two turns of the gateway's event loop since the last call: each reading of
 * /metrics begins anew. The loop is looked at every 10 ms and those are in it, so it was never blocked for longer.
 * @throws when the gateway does not say
 */
export async function takeLoopDelay({ port }: Pick<Gateway, "port">): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  return longestIn(await answer.text());
}

/** @param metrics in Prometheus' text format @returns milliseconds */
export function longestIn(metrics: string): number {
  const seconds = Number(LONGEST.exec(metrics)?.[1] ?? Number.NaN);
  if (Number.isNaN(seconds)) throw new Error("the gateway does not say how long its event loop was blocked");
  return seconds * 1000;
}

/** The same of a thread that does nothing: what the machine itself does to a loop. */
export class IdleLoop {
  readonly #worker = new Worker(new URL("./idle-thread.js", import.meta.url));

  async take(): Promise<number> {
    this.#worker.postMessage("take");
    const [milliseconds] = (await once(this.#worker, "message")) as [number];
    return milliseconds;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
