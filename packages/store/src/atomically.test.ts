import { describe, expect, it } from "vitest";
import { createApiTokens } from "./api-tokens.js";
import { createAuditLog } from "./audit-log.js";
import { count, useDatabase } from "./store.test.helper.js";

const house = useDatabase();
const secretOf = (name: string) => `secret-of-${name}-0123456789`;
const rowsOf = async (name: string) => [
  await count(house.db, "api_tokens where name = $1", [name]),
  await count(house.db, "audit_events where actor = $1", [name]),
  await count(house.db, "nodes where name = $1", [name]),
];

/** Writes by way of the ORM, a repository's transaction, and a plain statement. */
const writing = (name: string, end: () => Promise<void> | void = () => undefined) =>
  house.db.atomically(async (bound) => {
    const tokens = createApiTokens(bound);
    await createAuditLog(bound).record({ actor: name, action: "x", subject: "y" });
    await tokens.ensure({ name, role: "viewer", secret: secretOf(name) });
    await bound.run("insert into nodes (name) values ($1)", [name]);
    expect(await tokens.find(secretOf(name))).toMatchObject({ name });
    // Nobody else sees any of it.
    expect(await rowsOf(name)).toEqual([0, 0, 0]);
    await end();
    return "done";
  });

describe("Database.atomically", () => {
  it("keeps everything, whatever way it was written", async () => {
    expect(await writing("kept")).toBe("done");
    expect(await rowsOf("kept")).toEqual([1, 1, 1]);
  });

  it("keeps nothing of what ends with an error, and hands that on", async () => {
    const own = new Error("a fault");
    await expect(writing("thrown", () => Promise.reject(own))).rejects.toBe(own);
    expect(await rowsOf("thrown")).toEqual([0, 0, 0]);
  });

  it("keeps nothing when a statement failed, also when that was passed over", async () => {
    const passedOver = house.db.atomically(async (bound) => {
      await bound.run("insert into nodes (name) values ('passed over')");
      await bound.run("select 1 / 0").catch(() => undefined);
    });
    await expect(passedOver).rejects.toThrow(/nothing of it is kept/);
    const nested = house.db.atomically(async (bound) => {
      await bound.run("insert into nodes (name) values ('passed over')");
      await bound.transaction((run) => run("select 1 / 0")).catch(() => undefined);
    });
    await expect(nested).rejects.toThrow(/nothing of it is kept/);
    expect(await count(house.db, "nodes where name = 'passed over'")).toBe(0);
  });

  it("keeps nothing when its connection breaks, says that the database is away, and the next one works", async () => {
    for (let i = 0; i < 12; i++) {
      const cut = house.db.atomically(async (bound) => {
        await bound.run("insert into nodes (name) values ('cut')");
        const [own] = await bound.run<{ pid: number }>("select pg_backend_pid() as pid");
        await house.db.run("select pg_terminate_backend($1)", [own?.pid]);
        await bound.orm((orm) => orm.query("insert into nodes (name) values ('cut')"));
      });
      await expect(cut).rejects.toMatchObject({ code: "database-unavailable" });
    }
    expect(await count(house.db, "nodes where name = 'cut'")).toBe(0);
    expect(await writing("after-the-cut")).toBe("done");
  });

  it("gives back its connection each time", async () => {
    const all = Array.from({ length: 40 }, (_, i) =>
      house.db.atomically(async (bound) => {
        await bound.orm((orm) => orm.query("select 1"));
        if (i % 2 === 0) throw new Error("every second one");
      }),
    );
    const outcomes = await Promise.allSettled(all);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(20);
    expect(await house.db.isReachable()).toBe(true);
  });
});
