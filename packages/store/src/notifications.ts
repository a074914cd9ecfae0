import pg from "pg";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Notifications of one channel, on a connection of its own that is made again when it breaks. What was sent while there
 * was none is lost: `onGap` says so, before the first connection too.
 */
export class Notifications {
  readonly #options: pg.ClientConfig;
  readonly #channel: string;
  readonly #on: { readonly onNotice: () => void; readonly onGap: () => void };
  #client: pg.Client | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param channel a plain identifier */
  constructor(options: pg.ClientConfig, channel: string, on: { onNotice: () => void; onGap: () => void }) {
    this.#options = { ...options, application_name: "gatehouse-notifications", keepAlive: true };
    this.#channel = channel;
    this.#on = on;
  }

  /** True while every notification arrives. */
  get connected(): boolean {
    return this.#client !== undefined;
  }

  /** Connects; resolves also when that failed, and goes on trying. */
  async listen(pauseMs = FIRST_PAUSE_MS): Promise<void> {
    const client = new pg.Client(this.#options);
    let lost = false;
    const lose = () => {
      if (lost) return;
      lost = true;
      if (this.#client === client) this.#client = undefined;
      this.#on.onGap();
      if (this.#closed) return;
      const next = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      this.#retry = setTimeout(() => void this.listen(next), pauseMs).unref();
    };
    client.on("error", lose);
    client.on("end", lose);
    client.on("notification", () => this.#on.onNotice());
    try {
      await client.connect();
      await client.query(`listen ${this.#channel}`);
    } catch {
      // Said by everybody who asks the database itself; here it only means to try again.
      lose();
      client.end().catch(() => undefined);
      return;
    }
    if (lost || this.#closed) return void client.end().catch(() => undefined);
    // What changed before we listened may still be remembered.
    this.#on.onGap();
    this.#client = client;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    await this.#client?.end().catch(() => undefined);
  }
}
