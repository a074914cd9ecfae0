import { randomBytes } from "node:crypto";
import type { Certificate, CertificateStore } from "@gatehouse/core/certificates";
import { createCertificateStore, Database, SecretBox } from "@gatehouse/store";
import { createTestDatabase, type TestDatabase } from "@gatehouse/store/testing";
import { afterAll, afterEach, inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    databaseUrl: string;
  }
}

type Method = keyof CertificateStore;

/** The real store, and what a test may do to it beside asking it. */
export interface TestStore extends CertificateStore {
  readonly db: Database;
  /** Every call, in order, for the order of side effects. */
  readonly calls: string[];
  /** Fails the next call of this method, before it does anything. */
  failNext(method: Method, error: Error): void;
  /** Runs before the next call of this method. */
  before(method: Method, work: () => unknown): void;
  /** Every certificate, by serial. */
  all(): Promise<Certificate[]>;
  /** Makes intents older than they are: the store goes by the database's clock. */
  age(seconds: number): Promise<void>;
}

const open: { readonly test: TestDatabase; readonly db: Database }[] = [];
let used = 0;

afterEach(() => {
  used = 0;
});
afterAll(async () => {
  for (const { db, test } of open.splice(0)) {
    await db.close();
    await test.drop();
  }
});

/** A store with nothing in it: on the file's first database, the second store of a test on its second. */
export async function emptyStore(): Promise<TestStore> {
  const number = used++;
  if (open[number] === undefined) {
    const test = await createTestDatabase(inject("databaseUrl"));
    open[number] = { test, db: await Database.open({ url: test.url }) };
  }
  const { db } = open[number];
  // Faster than truncate for a few rows.
  for (const table of ["authorities", "certificates", "certificate_requests", "crls", "autosign_uses", "audit_events"])
    await db.run(`delete from ${table}`);
  await db.run("select setval('certificate_serials', 1, false)");
  return watched(createCertificateStore(db, new SecretBox(randomBytes(32))), db);
}

/** What a call is about, where a test may want to know. */
const about: { readonly [M in Method]?: (...said: Parameters<CertificateStore[M]>) => string } = {
  request: ({ name }) => name,
  addRequest: ({ name }) => name,
  noteRequest: ({ name }) => name,
  deleteRequest: ({ name }) => name,
  intend: ({ name }) => name,
  complete: (serial) => serial,
  certificate: ({ name }) => name,
  bySerial: (serial) => serial,
  revoke: (what) => ("serials" in what ? what.serials : what.names).join(" "),
  clean: (names) => names.join(" "),
  publishCrl: ({ issuer, number }) => `${issuer} ${number}`,
};

function watched(store: CertificateStore, db: Database): TestStore {
  const calls: string[] = [];
  const failures = new Map<Method, Error>();
  const hooks = new Map<Method, () => unknown>();
  const watch = (method: Method) => {
    const call = store[method] as (...said: unknown[]) => Promise<unknown>;
    const tell = about[method] as ((...said: unknown[]) => string) | undefined;
    return async (...said: unknown[]) => {
      const hook = hooks.get(method);
      hooks.delete(method);
      await hook?.();
      calls.push(tell === undefined ? method : `${method} ${tell(...said)}`);
      const failure = failures.get(method);
      failures.delete(method);
      if (failure !== undefined) throw failure;
      return call(...said);
    };
  };
  const methods = Object.keys(store) as Method[];
  return {
    ...(Object.fromEntries(methods.map((method) => [method, watch(method)])) as unknown as CertificateStore),
    db,
    calls,
    failNext: (method, error) => void failures.set(method, error),
    before: (method, work) => void hooks.set(method, work),
    async all() {
      const { certificates } = await store.certificates({ limit: 10_000 });
      return certificates.sort((a, b) => Number.parseInt(a.serial, 16) - Number.parseInt(b.serial, 16));
    },
    async age(seconds) {
      await db.run(
        "update certificates set issued_at = issued_at - make_interval(secs => $1) where state = 'intended'",
        [seconds],
      );
    },
  };
}
