import pg from "pg";
import { isUnavailable, translate } from "./failures.js";

/** A statement that the server prepares once per connection and finds again by name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * What `pg` is told. Spelled out: a copy that is made with `...` and added to has a hidden class of its own each time
 * (docs/adr/0023).
 */
export const queryOf = (statement: Statement | string, values: unknown[]): pg.QueryConfig =>
  typeof statement === "string" ? { text: statement, values } : { name: statement.name, text: statement.text, values };

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
    const connection = this.#connected();
    try {
      const client = await connection;
      this.#sendTogether(client);
      return (await client.query<Row>(queryOf(statement, values))).rows;
    } catch (thrown) {
      // Answers on a pipelined connection come in order: after one that did not come, none can be trusted.
      if (isUnavailable(thrown)) this.#drop(connection);
      throw translate(thrown);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const client = await this.#client?.catch(() => undefined);
    await client?.end();
  }

  /** What is asked in one turn of the event loop goes out in one write: that costs as much as all the rest of a statement. */
  #sendTogether(client: pg.Client): void {
    const { stream } = client.connection;
    if (stream.writableCorked > 0) return;
    stream.cork();
    process.nextTick(() => stream.uncork());
  }

  #drop(connection: Promise<pg.Client>): void {
    if (this.#client === connection) this.#client = undefined;
    connection.then((client) => client.end()).catch(() => undefined);
  }

  #connected(): Promise<pg.Client> {
    if (this.#closed) return Promise.reject(new Error("client was closed"));
    this.#client ??= this.#connect();
    return this.#client;
  }

  #connect(): Promise<pg.Client> {
    const client = new pg.Client(this.#options);
    const connecting = client.connect().then(() => client);
    // A broken client says so more than once, maybe when its successor is already at work.
    const forget = () => {
      if (this.#client === connecting) this.#client = undefined;
    };
    client.on("error", forget);
    client.on("end", forget);
    connecting.catch(forget);
    return connecting;
  }
}
