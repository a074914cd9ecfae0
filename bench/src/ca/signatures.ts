import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** To the thread: how long it is to sign. */
export interface SignOrder {
  readonly seconds: number;
}

/** From the thread. */
export interface Signed {
  readonly perSecond: number;
  /** Of one signature. */
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Microseconds of CPU for each. */
  readonly cpu: number;
}

/** The yardstick: one thread that signs with RSA 4096 and does nothing else. */
export class Signatures {
  readonly #worker = new Worker(new URL("./signature-thread.js", import.meta.url));

  async run(seconds: number): Promise<Signed> {
    this.#worker.postMessage({ seconds } satisfies SignOrder);
    const [signed] = (await once(this.#worker, "message")) as [Signed];
    return signed;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
