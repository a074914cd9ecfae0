import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DataSource } from "typeorm";
import { afterEach, describe, expect, it } from "vitest";
import { Cleanup, query } from "./fixture.test.helper.js";
import { type EmbeddedOptions, startEmbedded } from "./index.js";
import { readPostmaster } from "./postmaster.js";

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

async function start(dataDir: string, options: Partial<EmbeddedOptions> = {}) {
  return cleanup.add(await startEmbedded({ dataDir, durable: false, ...options }), (db) => db.stop());
}

describe("startEmbedded", { timeout: 60_000 }, () => {
  it("makes a database in a folder closed to others, and says that this takes a while", async () => {
    const dataDir = path.join(cleanup.folder(), "new", "data");
    const said: string[] = [];
    const db = await start(dataDir, { durable: true, say: (line) => said.push(line) });
    expect([db.fresh, db.adopted]).toEqual([true, false]);
    expect(db.version).toMatch(/^\d+\.\d+$/);
    expect(said).toEqual(["initialising the embedded database"]);
    const sockets = new URL(db.url).searchParams.get("host") ?? "";
    expect([dataDir, sockets].map((folder) => statSync(folder).mode & 0o777)).toEqual([0o700, 0o700]);
    const sql = `SELECT current_user AS usr, current_setting('fsync') AS fsync, current_setting('listen_addresses') AS listen,
      pg_encoding_to_char(encoding) AS enc, datcollate AS coll FROM pg_database WHERE datname = current_database()`;
    expect(await query(db, sql)).toEqual([{ usr: "gatehouse", fsync: "on", listen: "", enc: "UTF8", coll: "C" }]);
  });

  it("keeps data over a restart, and stops as often as asked", async () => {
    const dataDir = path.join(cleanup.folder(), "data");
    const first = await start(dataDir);
    await query(first, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)");
    await Promise.all([first.stop(), first.stop()]);
    await first.stop();
    expect(readPostmaster(path.join(dataDir, "pg"))).toBeUndefined();
    const second = await start(dataDir);
    expect(second.fresh).toBe(false);
    expect(await query(second, "SELECT n FROM kept")).toEqual([{ n: 7 }]);
  });

  it("works with spaces, quotes and umlauts in a path longer than a socket's may be", async () => {
    const dataDir = path.join(cleanup.folder(), `it's "my" data `.repeat(6), "ü".repeat(60), "data");
    const db = await start(dataDir);
    expect(await query(db, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await db.stop();
    expect((await start(dataDir)).fresh).toBe(false);
  });

  it("gives a URL that TypeORM understands, whatever PGPORT and PGSSLMODE say", async () => {
    const db = await start(path.join(cleanup.folder(), "data"));
    const { PGPORT, PGSSLMODE } = process.env;
    Object.assign(process.env, { PGPORT: "1", PGSSLMODE: "require" });
    try {
      const source = await new DataSource({ type: "postgres", url: db.url }).initialize();
      expect(await source.query("SELECT current_database() AS name")).toEqual([{ name: "gatehouse" }]);
      await source.destroy();
    } finally {
      for (const [name, value] of Object.entries({ PGPORT, PGSSLMODE })) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });

  it("takes settings, but not the ones that keep it private", async () => {
    const settings = { work_mem: "3MB", listen_addresses: "*" };
    const db = await start(path.join(cleanup.folder(), "data"), { settings });
    const sql = "SELECT current_setting('work_mem') AS mem, current_setting('listen_addresses') AS listen";
    expect(await query(db, sql)).toEqual([{ mem: "3MB", listen: "" }]);
  });

  it("keeps rows and statements of failed queries out of its log", async () => {
    const dataDir = path.join(cleanup.folder(), "data");
    const db = await start(dataDir);
    await query(db, "CREATE TABLE t (secret text PRIMARY KEY)", "INSERT INTO t VALUES ('hunter2')");
    await expect(query(db, "INSERT INTO t VALUES ('hunter2')")).rejects.toThrow("duplicate key");
    expect(readFileSync(path.join(dataDir, "postgres.log"), "utf8")).not.toContain("hunter2");
  });

  it("puts the log's last lines into the detail when the server does not start", async () => {
    const dataDir = path.join(cleanup.folder(), "data");
    const failed = start(dataDir, { settings: { work_mem: "plenty" } });
    await expect(failed).rejects.toMatchObject({ code: "start-refused", detail: expect.stringContaining("work_mem") });
    expect((await start(dataDir)).fresh).toBe(true);
  });

  it("refuses another major version and touches nothing", async () => {
    const dataDir = path.join(cleanup.folder(), "data");
    mkdirSync(path.join(dataDir, "pg"), { recursive: true, mode: 0o755 });
    writeFileSync(path.join(dataDir, "pg", "PG_VERSION"), "9\n");
    const refused = start(dataDir);
    await expect(refused).rejects.toMatchObject({
      code: "start-refused",
      message: expect.stringContaining("PostgreSQL 9,"),
    });
    expect(readdirSync(dataDir, { recursive: true })).toEqual(["pg", "pg/PG_VERSION"]);
    expect(statSync(dataDir).mode & 0o777).toBe(0o755);
  });

  it("refuses a cluster folder that is none, and an open folder with other files", async () => {
    const folder = cleanup.folder();
    mkdirSync(path.join(folder, "a", "pg"), { recursive: true, mode: 0o700 });
    writeFileSync(path.join(folder, "a", "pg", "precious"), "1");
    await expect(start(path.join(folder, "a"))).rejects.toMatchObject({ code: "start-refused" });
    expect(readdirSync(path.join(folder, "a", "pg"))).toEqual(["precious"]);
    mkdirSync(path.join(folder, "b"), { mode: 0o755 });
    writeFileSync(path.join(folder, "b", "precious"), "1");
    await expect(start(path.join(folder, "b"))).rejects.toThrow("chmod 0700");
    expect(existsSync(path.join(folder, "b", "pg"))).toBe(false);
  });
});
