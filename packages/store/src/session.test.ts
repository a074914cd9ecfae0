import { afterEach, describe, expect, it } from "vitest";
import { useOutage } from "./outage.test.helper.js";
import type { Session } from "./session.js";
import { count, until, useDatabase } from "./store.test.helper.js";

const house = useDatabase();
const outage = useOutage(house);
const away = { code: "database-unavailable", status: 503 };
const opened: Session[] = [];
const session = () => {
  const made = house.db.session("gatehouse-test");
  opened.push(made);
  return made;
};
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});
const pidOf = async (one: Session) => (await one.run<{ pid: number }>("select pg_backend_pid() as pid"))[0]?.pid;
const connections = () =>
  count(house.db, "pg_stat_activity where datname = current_database() and application_name = 'gatehouse-test'");

describe("a session", () => {
  it("connects when it is asked to, and not before", async () => {
    const one = session();
    expect(one.connected).toBe(false);
    await expect(one.run("select 1")).rejects.toMatchObject(away);
    await expect(one.transaction(async () => 1)).rejects.toMatchObject(away);
    expect(await one.connect()).toBe(true);
    expect(await one.connect()).toBe(false);
    expect(one.connected).toBe(true);
    expect(await one.run("select $1::int as n", [5])).toEqual([{ n: 5 }]);
  });

  it("stays one connection over statements and transactions", async () => {
    const one = session();
    await one.connect();
    const pid = await pidOf(one);
    await one.transaction(async (run) => expect(await run("select pg_backend_pid() as pid")).toEqual([{ pid }]));
    await expect(one.run("select 1/0")).rejects.toThrow("division by zero");
    expect(await pidOf(one)).toBe(pid);
    expect(one.connected).toBe(true);
  });

  it("learns that its connection broke, by its next statement at the latest, and makes no other by itself", async () => {
    const one = session();
    await one.connect();
    await one.run("select pg_advisory_lock(1)");
    await outage.terminate("gatehouse-test");
    await expect(one.run("select 1")).rejects.toMatchObject(away);
    expect(one.connected).toBe(false);
    await expect(one.run("select 1")).rejects.toMatchObject(away);
    expect(await one.connect()).toBe(true);
    // What it held is gone: whoever works under a lock must take it again.
    expect(
      await one.run("select count(*)::int as n from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()"),
    ).toEqual([{ n: 0 }]);
  });

  it("notices a break also while nobody asks it anything", async () => {
    const one = session();
    await one.connect();
    await outage.terminate("gatehouse-test");
    await until("it noticed", async () => !one.connected);
  });

  it("does a transaction whole, or not at all when the work throws or a statement is refused", async () => {
    const one = session();
    await one.connect();
    const nodes = (name: string) => count(house.db, "nodes where name = $1", [name]);
    const insert = (name: string, then: () => Promise<unknown>) =>
      one.transaction(async (run) => {
        await run("insert into nodes (name) values ($1)", [name]);
        return then();
      });
    expect(await insert("kept", async () => "result")).toBe("result");
    await expect(insert("thrown", () => Promise.reject(new Error("given up")))).rejects.toThrow("given up");
    await expect(insert("refused", () => one.run("select 1/0"))).rejects.toThrow("division by zero");
    // Nothing is left open that the next one would commit.
    await insert("after", async () => undefined);
    expect([await nodes("kept"), await nodes("thrown"), await nodes("refused"), await nodes("after")]).toEqual([
      1, 0, 0, 1,
    ]);
    expect(one.connected).toBe(true);
  });

  it("does nothing of a transaction in whose middle the connection breaks", async () => {
    const one = session();
    await one.connect();
    const broken = one.transaction(async (run) => {
      await run("insert into nodes (name) values ('half')");
      await outage.terminate("gatehouse-test");
      await run("insert into nodes (name) values ('whole')");
    });
    await expect(broken).rejects.toMatchObject(away);
    expect(one.connected).toBe(false);
    expect(await count(house.db, "nodes where name in ('half', 'whole')")).toBe(0);
    await one.connect();
    expect(await one.transaction((run) => run("select 1 as n"))).toEqual([{ n: 1 }]);
  });

  it("says that the database is away where it cannot connect, and can later", async () => {
    const one = session();
    await outage.away();
    for (let i = 0; i < 3; i++) await expect(one.connect()).rejects.toMatchObject(away);
    expect(one.connected).toBe(false);
    await outage.back();
    expect(await one.connect()).toBe(true);
  });

  it("leaves no connection behind where its first statement is refused", async () => {
    const one = house.db.session("gatehouse-test", "select no_such_thing");
    opened.push(one);
    await expect(one.connect()).rejects.toThrow("no_such_thing");
    expect(one.connected).toBe(false);
    await until("the connection is gone", async () => (await connections()) === 0);
  });

  it("leaves no connection behind when it is closed, as often as it likes", async () => {
    const one = session();
    await one.close();
    await one.connect();
    expect(await connections()).toBe(1);
    await one.close();
    await one.close();
    expect(one.connected).toBe(false);
    await until("the connection is gone", async () => (await connections()) === 0);
    await expect(one.run("select 1")).rejects.toMatchObject(away);
  });
});
