import pg from "pg";
import { afterAll, beforeAll, inject } from "vitest";

export interface Outage {
  /** On another database of the same server: it stands while the tests' own is away. */
  readonly admin: pg.Client;
  /** Ends the connections to the test's database, all or those of one name. */
  terminate(applicationName?: string): Promise<unknown>;
  /** Ends every connection, and lets no new ones in. */
  away(): Promise<void>;
  back(): Promise<unknown>;
}

/** A database that goes away and comes back, without touching anybody else's. */
export function useOutage(house: { readonly url: string }): Outage {
  let admin: pg.Client | undefined;
  const name = () => new URL(house.url).pathname.slice(1);
  const client = () => {
    if (admin === undefined) throw new Error("the connection is there inside tests only");
    return admin;
  };
  const outage: Outage = {
    get admin() {
      return client();
    },
    terminate: (applicationName) =>
      client().query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and ($2::text is null or application_name = $2)",
        [name(), applicationName ?? null],
      ),
    async away() {
      await client().query(`alter database ${name()} with allow_connections false`);
      await outage.terminate();
    },
    back: () => client().query(`alter database ${name()} with allow_connections true`),
  };
  beforeAll(async () => {
    admin = new pg.Client({ connectionString: inject("databaseUrl").split("#")[0] });
    await admin.connect();
  });
  afterAll(async () => {
    await outage.back();
    await admin?.end();
  });
  return outage;
}
