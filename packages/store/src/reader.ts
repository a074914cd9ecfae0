import pg from "pg";
import { translate } from "./failures.js";

/** A statement that the server prepares once per connection and finds again by name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * One connection on which reads are pipelined: many requests' statements travel together, which costs a third of the
 * CPU of a pool (docs/adr/0004). It reconnects when it is next needed, so a database that was away needs no restart.
 */
export class PipelinedReader {
  readonly #options: pg.ClientConfig;
  #client: Promise<pg.Client> | undefined;
  #closed = false;

  constructor(options: pg.ClientConfig) {
    this.#options = { ...options, pipeline: true };
  }

  /** Rows of one prepared statement. @throws database-unavailable */
  async read<Row extends pg.QueryResultRow>(statement: Statement, values: unknown[]): Promise<Row[]> {
    try {
      const client = await this.#connected();
      return (await client.query<Row>({ ...statement, values })).rows;
    } catch (thrown) {
      throw translate(thrown);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const client = await this.#client?.catch(() => undefined);
    await client?.end();
  }

  #connected(): Promise<pg.Client> {
    if (this.#closed) throw new Error("client was closed");
    this.#client ??= this.#connect();
    return this.#client;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client(this.#options);
    const forget = () => {
      this.#client = undefined;
    };
    client.on("error", forget);
    client.on("end", forget);
    try {
      await client.connect();
      return client;
    } catch (thrown) {
      forget();
      throw thrown;
    }
  }
}
