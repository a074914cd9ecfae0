import { finished } from "node:stream/promises";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { isUnavailable, translate } from "./failures.js";
import { queryOf, type Statement } from "./reader.js";

/** One statement on a connection, or inside its transaction. */
export type Run = <Row extends pg.QueryResultRow>(statement: Statement | string, values?: unknown[]) => Promise<Row[]>;

/** A `copy … from stdin`, inside a transaction: rows in the format that it names. */
export type Copy = (statement: string, rows: Buffer) => Promise<void>;

const runOn =
  (client: pg.ClientBase): Run =>
  async (statement, values = []) => {
    return (await client.query(queryOf(statement, values))).rows;
  };

const copyOn =
  (client: pg.ClientBase): Copy =>
  async (statement, rows) => {
    const stream = client.query(copyFrom(statement));
    stream.end(rows);
    await finished(stream);
  };

/**
 * What `work` does on this connection, whole or not at all.
 * @param onBroken told when the connection cannot be used any more
 * @throws database-unavailable, or what `work` throws
 */
export async function inTransaction<T>(
  client: pg.ClientBase,
  work: (run: Run, copy: Copy) => Promise<T>,
  onBroken: (thrown: Error) => void,
): Promise<T> {
  try {
    await client.query("begin");
    const result = await work(runOn(client), copyOn(client));
    const { command } = await client.query("commit");
    // A statement that failed and was passed over: PostgreSQL answers such a commit with a rollback, and no error.
    if (command !== "COMMIT") throw new Error("a statement of the transaction failed: nothing of it is kept");
    return result;
  } catch (thrown) {
    // A connection that does not answer would not answer a rollback either: it is dropped, and the server rolls back.
    if (isUnavailable(thrown)) onBroken(thrown as Error);
    else await client.query("rollback").catch(onBroken);
    throw translate(thrown);
  }
}

/**
 * One connection that stays the same as long as it lives: what it has locked is let go when it breaks, and whoever
 * works under such a lock learns of it, because the next statement fails. It is made when it is needed, and made anew
 * only by {@link connect}.
 */
export class Session {
  readonly #options: pg.ClientConfig;
  readonly #onConnect: string | undefined;
  #client: pg.Client | undefined;

  /** @param onConnect a statement that each new connection begins with */
  constructor(options: pg.ClientConfig, onConnect?: string) {
    this.#options = { ...options, keepAlive: true };
    this.#onConnect = onConnect;
  }

  /** True while the connection stands; locks that were taken since {@link connect} are held then. */
  get connected(): boolean {
    return this.#client !== undefined;
  }

  /** Connects where there is no connection. @returns true when it is a new one @throws database-unavailable */
  async connect(): Promise<boolean> {
    if (this.#client !== undefined) return false;
    const client = new pg.Client(this.#options);
    const forget = () => {
      if (this.#client === client) this.#client = undefined;
    };
    client.on("error", forget);
    client.on("end", forget);
    try {
      await client.connect();
      if (this.#onConnect !== undefined) await client.query(this.#onConnect);
    } catch (thrown) {
      client.end().catch(() => undefined);
      throw translate(thrown);
    }
    this.#client = client;
    return true;
  }

  /** One statement. @throws database-unavailable, also when the connection was lost since {@link connect} */
  readonly run: Run = async (statement, values) => {
    const client = this.#current();
    try {
      return await runOn(client)(statement, values);
    } catch (thrown) {
      if (isUnavailable(thrown)) this.#drop(client);
      throw translate(thrown);
    }
  };

  /** What `work` does, whole or not at all. @throws database-unavailable, or what `work` throws */
  async transaction<T>(work: (run: Run, copy: Copy) => Promise<T>): Promise<T> {
    const client = this.#current();
    return inTransaction(client, work, () => this.#drop(client));
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  #current(): pg.Client {
    if (this.#client === undefined) throw translate(new Error("Connection terminated"));
    return this.#client;
  }

  #drop(client: pg.Client): void {
    if (this.#client === client) this.#client = undefined;
    client.end().catch(() => undefined);
  }
}
