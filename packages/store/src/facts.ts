import type { DatabaseFacts } from "@gatehouse/core/health";
import type { Database } from "./database.js";

/** What the database says of itself. @throws database-unavailable */
export async function databaseFacts(db: Database): Promise<DatabaseFacts> {
  const before = performance.now();
  await db.run("select 1");
  const milliseconds = Math.round((performance.now() - before) * 100) / 100;
  const [row] = await db.run<Omit<DatabaseFacts, "milliseconds">>(
    `select current_setting('server_version') as version, pg_database_size(current_database())::float8 as "sizeBytes",
            clock_timestamp() as now`,
  );
  if (row === undefined) throw new Error("a select returned no row");
  return { ...row, milliseconds };
}
