import { setTimeout as sleep } from "node:timers/promises";
import { Connection } from "../load/connection.js";
import type { Client } from "./identity.js";
import { getCaBundle } from "./requests.js";

/** Agents that ask for the authority's certificates while something else is measured. */
export class LightLoad {
  readonly #connection: Connection;
  readonly #running: Promise<void>;
  #longest: number | null = null;
  #stopped = false;

  private constructor(connection: Connection, perSecond: number) {
    this.#connection = connection;
    this.#running = this.#run(1000 / perSecond);
    // It is waited for in the end.
    this.#running.catch(() => undefined);
  }

  static async start(port: number, client: Client, perSecond: number): Promise<LightLoad> {
    const connection = new Connection("127.0.0.1", port, client);
    await connection.opened();
    return new LightLoad(connection, perSecond);
  }

  /** Milliseconds of the slowest answer since the last call; null where there was none. */
  takeLongest(): number | null {
    const longest = this.#longest;
    this.#longest = null;
    return longest;
  }

  /** @throws when an answer was no 200 */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running.finally(() => this.#connection.close());
  }

  async #run(everyMs: number): Promise<void> {
    let due = performance.now();
    while (!this.#stopped) {
      const asked = performance.now();
      const { status } = await this.#connection.ask(getCaBundle);
      if (status !== 200) throw new Error(`the authority's certificates got ${status}`);
      this.#longest = Math.max(this.#longest ?? 0, performance.now() - asked);
      due = Math.max(due + everyMs, performance.now());
      await sleep(due - performance.now());
    }
  }
}
