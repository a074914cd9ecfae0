import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { quantile } from "../stats.js";

export const YARDSTICK_TABLE = "bench_yardstick";

const MAKE_YARDSTICK_TABLE = [
  `create table ${YARDSTICK_TABLE} (
     id bigint generated always as identity primary key,
     agent_id uuid not null,
     at timestamptz not null,
     body bytea not null)`,
  `alter table ${YARDSTICK_TABLE} alter body set storage external`,
  `create index on ${YARDSTICK_TABLE} (agent_id, at)`,
];

/** Rows that there are; what was handed in must be in them to the last one. */
export interface Counts {
  readonly submissions: number;
  readonly waiting: number;
  readonly reports: number;
  readonly events: number;
  readonly deadLetters: number;
}

/** A connection of the benchmark's own to the database of a gateway. */
export class Probe {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async open(database: pg.ClientConfig): Promise<Probe> {
    const client = new pg.Client(database);
    await client.connect();
    return new Probe(client);
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.#client.query<Row>(text, values)).rows;
  }

  /**
   * The settings that a commit's promise rests on, in words.
   * @throws when a committed report could be lost
   */
  async durability(): Promise<string> {
    const rows = await this.query<{ name: string; setting: string }>(
      "select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method')",
    );
    const settings = new Map(rows.map(({ name, setting }) => [name, setting]));
    for (const name of ["fsync", "synchronous_commit", "full_page_writes"])
      if (settings.get(name) !== "on") throw new Error(`the database is not durable: ${name} is ${settings.get(name)}`);
    return [...settings].map(([name, setting]) => `${name} ${setting}`).join(", ");
  }

  async makeYardstickTable(): Promise<void> {
    for (const statement of MAKE_YARDSTICK_TABLE) await this.query(statement);
  }

  /** Milliseconds of one INSERT of this many bytes with its commit, nothing else going on: the median of some. */
  async commitMs(bytes: number): Promise<number> {
    const took: number[] = [];
    for (let i = 0; i < 100; i++) {
      const begun = performance.now();
      await this.query(`insert into ${YARDSTICK_TABLE} (agent_id, at, body) values (gen_random_uuid(), now(), $1)`, [
        Buffer.alloc(bytes, "x"),
      ]);
      took.push(performance.now() - begun);
    }
    return quantile(
      took.sort((a, b) => a - b),
      0.5,
    );
  }

  async counts(): Promise<Counts> {
    const [row] = await this.query<Counts & pg.QueryResultRow>(
      `select (select count(*)::int from submissions) as submissions, (select count(*)::int from inbox) as waiting,
              (select count(*)::int from reports) as reports, (select count(*)::int from report_events) as events,
              (select count(*)::int from dead_letters) as "deadLetters"`,
    );
    if (row === undefined) throw new Error("no counts");
    return row;
  }

  async yardstickRows(): Promise<number> {
    const [row] = await this.query<{ count: number }>(`select count(*)::int as count from ${YARDSTICK_TABLE}`);
    return row?.count ?? Number.NaN;
  }

  /** How many wait. */
  async waiting(): Promise<number> {
    const [row] = await this.query<{ count: number }>("select count(*)::int as count from inbox");
    return row?.count ?? Number.NaN;
  }

  /** The oldest that waits, as its number; cheap, where counting is not. */
  async oldest(): Promise<string | null> {
    const [row] = await this.query<{ oldest: string | null }>("select min(id) as oldest from inbox");
    return row?.oldest ?? null;
  }

  /** Resolves when nothing waits. @throws when that takes too long */
  async emptied(everyMs = 20): Promise<void> {
    const end = performance.now() + 180_000;
    while ((await this.oldest()) !== null) {
      if (performance.now() > end) throw new Error(`the inbox is not empty: ${await this.waiting()} wait`);
      await sleep(everyMs);
    }
  }

  /** As autovacuum and the checkpointer leave a database: what they have to do must not fall into somebody's turn. */
  async tidy(): Promise<void> {
    await this.query("vacuum (analyze)");
    await this.query("checkpoint");
  }

  close(): Promise<void> {
    return this.#client.end();
  }
}

/** @throws when the rows are not those that were handed in */
export function expectCounts(found: Counts, handedIn: number, eventsEach: number): void {
  const expected: Counts = {
    submissions: handedIn,
    waiting: 0,
    reports: handedIn,
    events: handedIn * eventsEach,
    deadLetters: 0,
  };
  for (const name of Object.keys(expected) as (keyof Counts)[])
    if (found[name] !== expected[name]) throw new Error(`${name}: ${found[name]} instead of ${expected[name]}`);
}
