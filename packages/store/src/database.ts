import type pg from "pg";
import { DataSource, type EntitySchema } from "typeorm";
import { boundTo } from "./bound.js";
import { entities } from "./entities/index.js";
import { translate } from "./failures.js";
import { COMMON, migrate } from "./migrate.js";
import { Notifications } from "./notifications.js";
import { sharesBackends } from "./pooler.js";
import type { Orm, Queryable } from "./queryable.js";
import { PipelinedReader, queryOf, type Statement } from "./reader.js";
import { type Copy, inTransaction, type Run, Session } from "./session.js";

export interface DatabaseOptions {
  /** A PostgreSQL connection URL. */
  readonly url: string;
  /** Connections for writes and ordinary queries; one more is used for reads. */
  readonly poolSize?: number;
}

/** Milliseconds for a connection to be made, and for a statement to be answered: a server that froze must not hang us. */
const CONNECT_MS = 5_000;
const ANSWER_MS = 10_000;
/** Milliseconds that the platform's probe is kept waiting at the most. */
const PROBE_MS = 3_000;

export type { Orm, Queryable } from "./queryable.js";
export type { Run } from "./session.js";

/** The connection to PostgreSQL: TypeORM for ordinary queries, named statements for the hot ones. */
export class Database implements Queryable {
  readonly source: DataSource;
  readonly #url: string;
  readonly #pool: pg.Pool;
  readonly #reader: PipelinedReader;

  private constructor(url: string, source: DataSource, reader: PipelinedReader) {
    this.#url = url;
    this.source = source;
    this.#pool = (source.driver as unknown as { master: pg.Pool }).master;
    this.#reader = reader;
  }

  /**
   * Connects, brings the schema up to date and returns the database.
   * @throws database-unavailable, or start-refused when the schema is of a newer Gatehouse
   */
  static async open(options: DatabaseOptions): Promise<Database> {
    const source = new DataSource({
      ...COMMON,
      url: options.url,
      entities: [...entities] as EntitySchema[],
      poolSize: options.poolSize ?? 10,
      connectTimeoutMS: CONNECT_MS,
      extra: {
        statement_timeout: ANSWER_MS,
        query_timeout: ANSWER_MS,
        idleTimeoutMillis: 60_000,
        // Always one listener: a connection that breaks between two owners would otherwise end the process.
        onConnect: (client: pg.Client) => void client.on("error", () => undefined),
      },
      // An idle connection that breaks is replaced by the pool; whoever needs one next learns what is wrong.
      poolErrorHandler: () => undefined,
    });
    try {
      await migrate(options.url);
      await source.initialize();
    } catch (thrown) {
      if (source.isInitialized) await source.destroy();
      throw translate(thrown);
    }
    const reader = new PipelinedReader({
      connectionString: options.url,
      application_name: "gatehouse-reads",
      connectionTimeoutMillis: CONNECT_MS,
      statement_timeout: ANSWER_MS,
      query_timeout: ANSWER_MS,
    });
    return new Database(options.url, source, reader);
  }

  /** A hot read: pipelined, prepared. @throws database-unavailable */
  read<Row extends pg.QueryResultRow>(statement: Statement, values: unknown[]): Promise<Row[]> {
    return this.#reader.read<Row>(statement, values);
  }

  /** One statement of its own transaction on the pool. @throws database-unavailable */
  async run<Row extends pg.QueryResultRow>(statement: Statement | string, values: unknown[] = []): Promise<Row[]> {
    try {
      return (await this.#pool.query<Row>(queryOf(statement, values))).rows;
    } catch (thrown) {
      throw translate(thrown);
    }
  }

  /** What `work` does, whole or not at all. @throws database-unavailable, or what `work` throws */
  transaction<T>(work: (run: Run, copy: Copy) => Promise<T>): Promise<T> {
    return this.#onOneClient((client, onBroken) => inTransaction(client, work, onBroken));
  }

  /**
   * What `work` does by way of repositories made on what it is given, whole or not at all: all of it goes through one
   * connection, and what begins a transaction there joins this one. A statement that failed fails the whole.
   * @throws database-unavailable, or what `work` throws
   */
  atomically<T>(work: (bound: Queryable) => Promise<T>): Promise<T> {
    return this.#onOneClient((client, onBroken) =>
      inTransaction(client, (run, copy) => work(boundTo(this.source, client, run, copy)), onBroken),
    );
  }

  async #onOneClient<T>(work: (client: pg.PoolClient, onBroken: (thrown: Error) => void) => Promise<T>): Promise<T> {
    let client: pg.PoolClient;
    try {
      client = await this.#pool.connect();
    } catch (thrown) {
      throw translate(thrown);
    }
    let broken: Error | undefined;
    const onError = (error: Error) => {
      broken = error;
    };
    client.on("error", onError);
    try {
      return await work(client, (thrown) => {
        broken ??= thrown;
      });
    } finally {
      client.removeListener("error", onError);
      client.release(broken);
    }
  }

  /**
   * A connection of its own, for what is bound to one: locks that outlive a statement.
   * @param onConnect a statement that each new connection begins with
   * @param answerMs for each statement, where one may take longer than those of requests
   */
  session(name: string, onConnect?: string, answerMs = ANSWER_MS): Session {
    const options = {
      connectionString: this.#url,
      application_name: name,
      connectionTimeoutMillis: CONNECT_MS,
      statement_timeout: answerMs,
      query_timeout: answerMs,
    };
    return new Session(options, onConnect);
  }

  /** An ordinary TypeORM query, with a database that is away named as such. */
  async orm<T>(work: (orm: Orm) => Promise<T>): Promise<T> {
    try {
      return await work(this.source);
    } catch (thrown) {
      throw translate(thrown);
    }
  }

  /** Notifications of a channel; nothing is connected before they are listened to. */
  notifications(channel: string, on: { onNotice: () => void; onGap: () => void }): Notifications {
    return new Notifications({ connectionString: this.#url, connectionTimeoutMillis: CONNECT_MS }, channel, on);
  }

  /** Whether a pooler gives its backends to whoever asks next. @throws database-unavailable */
  sharesBackends(): Promise<boolean> {
    return sharesBackends(this.#url);
  }

  /** Whether the database answers now. */
  async isReachable(): Promise<boolean> {
    const probe = { text: "select 1", query_timeout: PROBE_MS };
    return this.#pool.query(probe).then(
      () => true,
      () => false,
    );
  }

  /** Ends every connection; those that do not say goodbye in time are left to the process's end. */
  async close(): Promise<void> {
    const closed = Promise.all([this.#reader.close(), this.source.destroy()]);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PROBE_MS);
    });
    await Promise.race([closed, late]).finally(() => clearTimeout(timer));
  }
}
