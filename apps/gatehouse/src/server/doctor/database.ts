import type { DatabaseFacts, HealthCheck } from "@gatehouse/core/health";
import { POOLER_ADVICE, POOLER_FINDING } from "@gatehouse/store";
import { examined, failed, ok, warning } from "./check.js";
import type { DoctorParts } from "./parts.js";
import { bytes } from "./words.js";

const OLDEST = 15;
/** Milliseconds: an agent's check-in asks several times. */
const SLOW_MS = 250;

/** Whether PostgreSQL answers, how fast, and whether its version and its schema are ones that this gateway can use. */
export async function databaseChecks({
  facts,
  schema,
  sharesBackends,
}: Pick<DoctorParts, "facts" | "schema" | "sharesBackends">): Promise<HealthCheck[]> {
  const lists = await Promise.all([
    examined(
      "database",
      "Agents get 503 until it is back. Look at PostgreSQL's own log (data/postgres/postgres.log when it is the embedded one), and at DATABASE_URL when it is yours.",
      async () => judgeDatabase(await facts()),
    ),
    examined("database-pooler", "It can be looked at when the database answers again.", async () =>
      (await sharesBackends())
        ? failed("database-pooler", POOLER_FINDING, POOLER_ADVICE)
        : ok("database-pooler", "Each connection has a backend of its own."),
    ),
    examined("schema", "It can be looked at when the database answers again.", async () => {
      const { missing, unknown } = await schema();
      if (unknown.length > 0)
        return warning(
          "schema",
          `A newer Gatehouse has changed the schema under this one (${unknown.join(", ")}).`,
          "Update this gateway: it cannot be started again on this database as it is.",
        );
      if (missing.length > 0)
        return failed(
          "schema",
          `The database lacks what this version needs (${missing.join(", ")}).`,
          "A dump of an older version may have been restored under the running gateway: run gatehouse migrate, or start the gateway again.",
        );
      return ok("schema", "The schema is up to date.");
    }),
  ]);
  return lists.flat();
}

function judgeDatabase({ version, sizeBytes, milliseconds }: DatabaseFacts): HealthCheck {
  const finding = `PostgreSQL ${version} answers in ${Math.round(milliseconds)} ms; the database has ${bytes(sizeBytes)}.`;
  const major = Number.parseInt(version, 10);
  if (!(major >= OLDEST))
    return failed("database", finding, `PostgreSQL ${OLDEST} is the oldest that is supported: upgrade it.`);
  if (milliseconds > SLOW_MS)
    return warning(
      "database",
      finding,
      "That is slow, and every check-in waits for it: bring the database nearer, or look at what else it does.",
    );
  return ok("database", finding);
}
