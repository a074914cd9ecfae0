import type pg from "pg";
import type { DataSource } from "typeorm";
import type { Queryable } from "./queryable.js";
import type { Copy, Run } from "./session.js";

/** Everything on a client that is in a transaction already. What fails is named by whoever ends the transaction. */
export function boundTo(source: DataSource, client: pg.PoolClient, run: Run, copy: Copy): Queryable {
  const runner = source.createQueryRunner();
  // It would take a connection of its own from the pool; with one it asks for none, and has none to give back.
  Object.assign(runner, { databaseConnection: client });
  return {
    run,
    read: run,
    transaction: (work) => work(run, copy),
    orm: (work) => work(runner.manager),
  };
}
