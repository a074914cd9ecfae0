import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { Database } from "../database.js";
import { migrations } from "../migrations/index.js";
import { useEmptyDatabase } from "../migrations/migration.test.helper.js";
import { BACKUP_LOCK, dropPartitions } from "../partitions.js";
import { until, useDatabase } from "../store.test.helper.js";
import {
  backupOf,
  connected,
  contentOf,
  emptyDatabase,
  fillHouse,
  key,
  OLD,
  passphrase,
  useFolder,
} from "./backup.test.helper.js";
import { checkBackup, restoreBackup } from "./index.js";
import { SKIPPED_SERIALS } from "./restore.js";

const house = useDatabase();
const inFolder = useFolder();
const file = inFolder("house.backup");
const checkedHouse = async () => {
  const checked = await checkBackup(file, { passphrase });
  if (checked.key === undefined) throw new Error("a backup that was opened has its key");
  return { ...checked, key: checked.key };
};

beforeAll(async () => {
  await connected(house.url, fillHouse);
  await backupOf(house.url, file);
});

describe("a backup", () => {
  it("brings every row into an empty database, with old partitions, numbers, triggers and the schema", async () => {
    const url = await emptyDatabase();
    await restoreBackup({ url, file, checked: await checkedHouse() });
    const content = await contentOf(url);
    expect(content).toEqual(await contentOf(house.url));
    expect(content).toMatchObject({
      submissions: { rows: 3 },
      exchanges: { rows: 1 },
      blob_chunks: { rows: 2 },
      certificates: { rows: 2 },
      groups: { rows: 1 },
      fact_keys: { rows: 1 },
    });
    const db = await Database.open({ url });
    try {
      const before = await house.db.run<{ n: string }>("select nextval('node_evidence_id_seq') as n");
      expect(await db.run("select nextval('node_evidence_id_seq') as n")).toEqual(before);
      const [revision] = await db.run<{ revision: string }>("select revision from groups_revision");
      await db.run("insert into groups (key, name, document, changed_by) values ('b', 'B', '{}', 'test')");
      const [next] = await db.run<{ revision: string }>("select revision from groups_revision");
      expect(Number(next?.revision)).toBe(Number(revision?.revision) + 1);
      expect(await db.run("select actor, action from audit_events order by id desc limit 1")).toEqual([
        { actor: "command", action: "backup.restore" },
      ]);
    } finally {
      await db.close();
    }
  });

  it("gives no number of a certificate a second time that was given after it was made", async () => {
    const url = await emptyDatabase();
    await restoreBackup({ url, file, checked: await checkedHouse() });
    const given = await house.db.run<{ n: string }>("select last_value as n from certificate_serials");
    const [next] = await connected(
      url,
      async (client) => (await client.query("select nextval('certificate_serials') as n")).rows,
    );
    expect(BigInt(next.n)).toBe(BigInt(given[0]?.n ?? 0) + SKIPPED_SERIALS + 1n);
  });

  it("is a file of its owner's, written whole, and replaces none", async () => {
    if (process.platform !== "win32") expect(statSync(file).mode & 0o777).toBe(0o600);
    const size = statSync(file).size;
    await expect(backupOf(house.url, file)).rejects.toMatchObject({ code: "conflict" });
    expect(statSync(file).size).toBe(size);
    await expect(backupOf(house.url, inFolder("no/such/folder"))).rejects.toMatchObject({ code: "conflict" });
    expect(readdirSync(path.dirname(file))).toEqual(["house.backup"]);
  });

  it("says what is in it, and which key made it", async () => {
    const checked = await checkBackup(file);
    expect(checked.key).toBeUndefined();
    expect(checked.header).toMatchObject({ version: "9.9.9-test", key: { kdf: "scrypt" } });
    expect(checked.header.migrations).toHaveLength(migrations.length);
    expect(checked.tables.find(({ name }) => name === "blob_chunks")).toMatchObject({ rows: 2 });
    expect(checked.tables.map(({ name }) => name)).not.toContain("registration_challenges");
    expect(checked.size).toBe(statSync(file).size);
    expect((await checkBackup(file, { passphrase })).key).toEqual(key);
    expect((await checkBackup(file, { key })).key).toEqual(key);
  });

  it("leaves a trace in the audit trail, and neither passphrase nor key", async () => {
    const trail = await house.db.run<{ subject: string }>("select * from audit_events where action = 'backup.create'");
    expect(trail.map(({ subject }) => subject)).toContain(file);
    expect(JSON.stringify(trail)).not.toContain(passphrase);
  });

  it("is not made with a key that is not the database's, nor with a passphrase that protects nothing", async () => {
    const other = backupOf(house.url, inFolder("other"), { key: randomBytes(32) });
    await expect(other).rejects.toMatchObject({ code: "start-refused" });
    await expect(backupOf(house.url, inFolder("short"), { passphrase: "short" })).rejects.toMatchObject({
      code: "config-invalid",
    });
    await expect(backupOf(await emptyDatabase(), inFolder("none"))).rejects.toMatchObject({ code: "start-refused" });
    for (const name of ["other", "short", "none"]) expect(existsSync(inFolder(name))).toBe(false);
  });

  it("leaves no file when its connection is cut", async () => {
    const cut = backupOf(house.url, inFolder("cut"), {
      onTable: () =>
        connected(house.url, async (client) => {
          await client.query(
            `select pg_terminate_backend(pid) from pg_stat_activity
             where application_name = 'gatehouse-backup' and datname = current_database()`,
          );
        }),
    });
    await expect(cut).rejects.toMatchObject({ code: "database-unavailable" });
    expect(readdirSync(path.dirname(file))).toEqual(["house.backup"]);
  });
});

describe("a backup of an instance that is served from", () => {
  it("is of one moment, whatever is written meanwhile", async () => {
    const taken = inFolder("served");
    const [before] = await house.db.run<{ n: number }>("select count(*)::int as n from nodes");
    const names: string[] = [];
    await backupOf(house.url, taken, {
      onTable: async ({ name }) => {
        if (names.push(name) === 1) await house.db.run("insert into nodes (name) values ('late')");
      },
    });
    expect(names.indexOf("nodes")).toBeGreaterThan(0);
    expect((await checkBackup(taken)).tables.find(({ name }) => name === "nodes")?.rows).toBe(before?.n);
    expect(await house.db.run("select count(*)::int as n from nodes")).toEqual([{ n: (before?.n ?? 0) + 1 }]);
  });

  it("keeps partitions from being dropped, and nobody waits for it", async () => {
    await connected(house.url, async (client) => {
      await client.query("begin");
      await client.query("select pg_advisory_xact_lock_shared($1)", [BACKUP_LOCK]);
      expect(await dropPartitions(house.db, new Date(OLD.getTime() + 2 * 86_400_000), ["exchanges"])).toEqual([]);
      await client.query("rollback");
    });
    await until("nobody backs up", async () => {
      const dropped = await dropPartitions(house.db, new Date(OLD.getTime() + 2 * 86_400_000), ["exchanges"]);
      return dropped.includes("exchanges_20240229");
    });
  });
});

describe("a gateway of a newer version", () => {
  const before = useEmptyDatabase();

  it("changes no table while a backup reads, and starts when it has ended", async () => {
    await before.withSource((source) => source.runMigrations(), migrations.slice(0, -1));
    const done: string[] = [];
    await connected(before.url, async (client) => {
      await client.query("begin");
      await client.query("select pg_advisory_xact_lock_shared($1)", [BACKUP_LOCK]);
      const opening = Database.open({ url: before.url }).then((db) => {
        done.push("migrated");
        return db.close();
      });
      const waits = `select from pg_locks where locktype = 'advisory' and objid = ${BACKUP_LOCK} and not granted
        and database = (select oid from pg_database where datname = current_database())`;
      await until("it waits for the backup", async () => (await client.query(waits)).rowCount === 1);
      const applied = await client.query("select count(*)::int as n from migrations");
      expect(applied.rows).toEqual([{ n: migrations.length - 1 }]);
      done.push("backed up");
      await client.query("commit");
      await opening;
    });
    expect(done).toEqual(["backed up", "migrated"]);
  });
});

describe("a backup of an older schema", () => {
  const old = useEmptyDatabase();

  it("is restored, and then migrated", async () => {
    const known = migrations.slice(0, 4);
    await old.withSource(async (source) => {
      await source.runMigrations();
      await source.query("insert into nodes (name) values ('old')");
    }, known);
    const box = await connected(house.url, async (client) => (await client.query("select canary from instance")).rows);
    await connected(old.url, (client) =>
      client.query("insert into instance (id, canary) values (1, $1)", [box[0].canary]),
    );
    const taken = inFolder("old");
    await backupOf(old.url, taken);
    const url = await emptyDatabase();
    const checked = await checkBackup(taken, { key });
    expect(checked.header.migrations).toHaveLength(4);
    await restoreBackup({ url, file: taken, checked: { ...checked, key } });
    const rows = await connected(url, async (client) => [
      (await client.query("select count(*)::int as n from migrations")).rows[0],
      (await client.query("select name, revision > 0 as revised from nodes")).rows[0],
    ]);
    expect(rows).toEqual([{ n: migrations.length }, { name: "old", revised: true }]);
  });
});
