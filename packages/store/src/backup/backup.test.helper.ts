import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, inject } from "vitest";
import { SecretBox } from "../secret-box.js";
import { createTestDatabase } from "../testing/databases.js";
import { type CreateBackupOptions, createBackup } from "./index.js";

export const key = randomBytes(32);
export const passphrase = "correct horse battery staple";
const DAY_MS = 86_400_000;
/** Long ago, and on a day that a gateway of today makes no partition for. */
export const OLD = new Date(Date.UTC(2024, 1, 29, 23, 59, 59, 999));

/** A folder of the test file's own. */
export function useFolder(): (name: string) => string {
  const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-backup-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  return (name) => path.join(folder, name);
}

/** Statements on a connection of its own, which may be broken off. */
export async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** An empty database; gone after the test file. */
export async function emptyDatabase(): Promise<string> {
  const made = await createTestDatabase(inject("databaseUrl"), { empty: true });
  afterAll(() => made.drop());
  return made.url;
}

/** Rows of every kind that is hard to carry: large, partitioned, numbered, triggered, in many languages. */
export async function fillHouse(client: pg.Client): Promise<void> {
  const box = new SecretBox(key);
  await client.query("insert into instance (id, canary) values (1, $1)", [box.seal("gatehouse", "canary")]);
  const node = await client.query<{ id: string }>("insert into nodes (name) values ('wéb01 \u{1F600}') returning id");
  const nodeId = node.rows[0]?.id;
  const agent = await client.query<{ id: string }>(
    "insert into agents (node_id, family, attributes) values ($1, 'dsc', $2) returning id",
    [nodeId, JSON.stringify({ __proto__x: 1, "a\nb\t\\.": ["\\N", null] })],
  );
  const agentId = agent.rows[0]?.id;
  await client.query("insert into agent_contacts values ($1, now())", [agentId]);
  await client.query("insert into node_evidence (node_id, agent_id, kind, value) values ($1, $2, 'name', 'web01')", [
    nodeId,
    agentId,
  ]);
  const next = new Date(OLD.getTime() + DAY_MS).toISOString().slice(0, 10);
  for (const table of ["submissions", "exchanges", "exchange_contents"]) {
    await client.query(
      `create table ${table}_20240229 partition of ${table} for values from ('2024-02-29 00:00+00') to ('${next} 00:00+00')`,
    );
  }
  for (const size of [0, 1, 3_500_000]) {
    await client.query(
      `insert into submissions (accepted_at, agent_id, kind, coding, size, body) values ($1, $2, 'k', 'identity', $3, $4)`,
      [OLD, agentId, size, randomBytes(size)],
    );
  }
  await client.query(
    `insert into exchanges (at, request_id, protocol, route, method, path, status, milliseconds, request_bytes, content_id, content_start)
     values ($1, gen_random_uuid(), 'dsc', 'r', 'GET', '/', 200, 0.1, 0, gen_random_uuid(), 0)`,
    [OLD],
  );
  await client.query(
    "insert into exchange_contents (id, at, exchanges, content) values (gen_random_uuid(), $1, 1, $2)",
    [OLD, randomBytes(100)],
  );
  const blob = await client.query<{ id: string }>(
    "insert into blobs (sha256, size) values ($1, 2097152) returning id",
    [randomBytes(32)],
  );
  for (const seq of [0, 1])
    await client.query("insert into blob_chunks values ($1, $2, $3)", [blob.rows[0]?.id, seq, randomBytes(1 << 20)]);
  await client.query(
    `insert into certificates (serial, name, profile, state, issued_by) values
       (1461501637330902918203684832716283019655932542975, 'imported', 'puppet', 'intended', 'test'),
       (nextval('certificate_serials'), 'web01', 'puppet', 'revoked', 'test')`,
  );
  await client.query(`insert into groups (key, name, document, changed_by) values ('all', 'All', '{}', 'test')`);
  await client.query("insert into indexed_facts values ('os.name', true)");
  await client.query(`insert into facts values ($1, 'puppet', '{"os": {"name": "Debian"}}', now(), now())`, [nodeId]);
  await client.query(
    `insert into registration_challenges (agent_id, of, token_id, server_secret, said, expires_at)
     values ('a', 'b', gen_random_uuid(), '', '{}', now())`,
  );
}

/** What a database holds: each table's rows as text, in no order. */
export async function contentOf(url: string): Promise<Record<string, unknown>> {
  return connected(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
         and not relispartition and relpersistence = 'p' and relname not in ('migrations', 'audit_events')`,
    );
    const content: Record<string, unknown> = {};
    for (const { name } of rows) {
      const { rows: sums } = await client.query(
        `select count(*)::int as rows, md5(string_agg(md5(t::text), '' order by md5(t::text))) as sum from ${name} t`,
      );
      content[name] = sums[0];
    }
    return content;
  });
}

/** A backup with what tests have in common. */
export const backupOf = (url: string, file: string, more: Partial<CreateBackupOptions> = {}) =>
  createBackup({ url, file, key, passphrase, version: "9.9.9-test", bytesPerSecond: 1 << 30, ...more });
