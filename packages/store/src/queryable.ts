import type pg from "pg";
import type { EntityManager } from "typeorm";
import type { Statement } from "./reader.js";
import type { Copy, Run } from "./session.js";

/** What an ordinary TypeORM query goes through. */
export type Orm = Pick<EntityManager, "getRepository" | "query">;

/** What a repository needs: the database, or one transaction of it. */
export interface Queryable {
  /** One statement. @throws database-unavailable */
  readonly run: Run;
  /** A hot read. @throws database-unavailable */
  read<Row extends pg.QueryResultRow>(statement: Statement, values: unknown[]): Promise<Row[]>;
  /** What `work` does, whole or not at all. @throws database-unavailable, or what `work` throws */
  transaction<T>(work: (run: Run, copy: Copy) => Promise<T>): Promise<T>;
  /** An ordinary TypeORM query, with a database that is away named as such. */
  orm<T>(work: (orm: Orm) => Promise<T>): Promise<T>;
}
