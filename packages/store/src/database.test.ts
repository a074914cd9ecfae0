import pg from "pg";
import { afterAll, describe, expect, inject, it } from "vitest";
import { Database } from "./database.js";
import { migrations } from "./migrations/index.js";
import { count, useDatabase } from "./store.test.helper.js";
import { createTestDatabase, type TestDatabase } from "./testing/databases.js";

const made: TestDatabase[] = [];
const emptyDatabase = async () => {
  const fresh = await createTestDatabase(inject("databaseUrl"), { empty: true });
  made.push(fresh);
  return fresh.url;
};
afterAll(async () => {
  for (const database of made) await database.drop();
});

describe("Database.open", () => {
  it("migrates once when several gateways start on an empty database", async () => {
    const url = await emptyDatabase();
    const opened = await Promise.all([1, 2, 3, 4].map(() => Database.open({ url, poolSize: 2 })));
    for (const db of opened) expect(await count(db, "migrations")).toBe(migrations.length);
    await Promise.all(opened.map((db) => db.close()));
  });

  it("opens a migrated database again, and keeps what is in it", async () => {
    const url = await emptyDatabase();
    const first = await Database.open({ url });
    await first.run("insert into nodes (name) values ('kept')");
    await first.close();
    const again = await Database.open({ url });
    expect(await count(again, "nodes where name = 'kept'")).toBe(1);
    expect(await count(again, "migrations")).toBe(migrations.length);
    await again.close();
  });

  it("does not start on the schema of a newer version, and leaves no connection behind", async () => {
    const url = await emptyDatabase();
    const first = await Database.open({ url });
    await first.run("insert into migrations (timestamp, name) values (4102444800000, 'FromTomorrow4102444800000')");
    await expect(Database.open({ url })).rejects.toMatchObject({
      code: "start-refused",
      detail: expect.stringContaining("FromTomorrow"),
    });
    await first.close();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const others =
      "select count(*)::int as n from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
    await expect.poll(async () => (await client.query(others)).rows[0].n, { timeout: 10_000 }).toBe(0);
    await client.end();
  });

  it("says that the database is away where nothing listens", async () => {
    const url = "postgresql://nobody@127.0.0.1:1/nothing";
    await expect(Database.open({ url })).rejects.toMatchObject({ code: "database-unavailable", retryAfterSeconds: 10 });
  });
});

describe("Database.transaction", () => {
  const house = useDatabase();

  it("keeps everything, or nothing when the work throws", async () => {
    const work = (name: string, fails: boolean) =>
      house.db.transaction(async (run) => {
        await run("insert into nodes (name) values ($1)", [`${name} 1`]);
        await run("insert into nodes (name) values ($1)", [`${name} 2`]);
        if (fails) throw new Error("given up");
        return name;
      });
    expect(await work("kept", false)).toBe("kept");
    await expect(work("gone", true)).rejects.toThrow("given up");
    expect(await count(house.db, "nodes where name like 'kept %'")).toBe(2);
    expect(await count(house.db, "nodes where name like 'gone %'")).toBe(0);
  });

  it("rolls back when a statement is refused, and gives the connection back clean", async () => {
    const refused = () =>
      house.db.transaction(async (run) => {
        await run("insert into nodes (name) values ('refused')");
        await run("select 1/0");
      });
    for (let i = 0; i < 20; i++) await expect(refused()).rejects.toThrow("division by zero");
    expect(await count(house.db, "nodes where name = 'refused'")).toBe(0);
    const idle = "pg_stat_activity where datname = current_database() and state like 'idle in transaction%'";
    expect(await count(house.db, idle)).toBe(0);
  });

  it("passes on what the work throws, also where its code is one of the system's", async () => {
    const thrown = Object.assign(new Error("no such file"), { code: "ENOENT", syscall: "open" });
    await expect(house.db.transaction(() => Promise.reject(thrown))).rejects.toBe(thrown);
  });

  it("takes turns when there are more transactions than connections", async () => {
    const results = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        house.db.transaction(async (run) => (await run("select $1::int as n", [i]))[0]),
      ),
    );
    expect(results).toEqual(Array.from({ length: 60 }, (_, n) => ({ n })));
  });
});

describe("Database.read", () => {
  const house = useDatabase();

  it("answers each of many reads that travel together", async () => {
    const statement = { name: "test.echo", text: "select $1::int as n" };
    const reads = await Promise.all(Array.from({ length: 500 }, (_, i) => house.db.read(statement, [i])));
    expect(reads.map(([row]) => row?.["n"])).toEqual(Array.from({ length: 500 }, (_, i) => i));
  });

  it("fails one read alone", async () => {
    const statement = { name: "test.divide", text: "select 1/$1::int as n" };
    const results = await Promise.allSettled([1, 0, 1].map((by) => house.db.read(statement, [by])));
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });
});
