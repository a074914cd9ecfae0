import type { Alias, Enrolment } from "@gatehouse/core/nodes";
import { afterAll, beforeAll, inject } from "vitest";
import { Database } from "./database.js";
import { createTestDatabase, type TestDatabase } from "./testing/databases.js";

/** A migrated database of the test file's own, on whatever PostgreSQL the run has; gone after the file. */
export function useDatabase(): { readonly db: Database; readonly url: string } {
  let made: TestDatabase | undefined;
  let opened: Database | undefined;
  beforeAll(async () => {
    made = await createTestDatabase(inject("databaseUrl"));
    opened = await Database.open({ url: made.url });
  });
  afterAll(async () => {
    await opened?.close();
    await made?.drop();
  });
  return {
    get db() {
      if (opened === undefined) throw new Error("the database is there inside tests only");
      return opened;
    },
    get url() {
      return made?.url ?? "";
    },
  };
}

export const aliasOf = (value: string): Alias => ({ family: "dsc", kind: "agentid", value });

/** An enrolment that says nothing but a name, and what the test adds. */
export function enrolmentOf(alias: string, said: Partial<Enrolment> = {}): Enrolment {
  return {
    alias: aliasOf(alias),
    nodeName: `node of ${alias}`,
    evidence: [],
    trust: "key",
    role: "ConfigurationRepository",
    keyId: null,
    detail: {},
    merge: (before) => before,
    ...said,
  };
}

/** Waits until something holds, asking again and again. @throws when it does not hold in time */
export async function until(what: string, holds: () => Promise<boolean>, deadlineMs = 20_000): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The number that a `select count(*) as n` gives. */
export async function count(db: Database, from: string, values: unknown[] = []): Promise<number> {
  const [row] = await db.run<{ n: string }>(`select count(*) as n from ${from}`, values);
  return Number(row?.n);
}
