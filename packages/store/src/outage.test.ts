import { describe, expect, it } from "vitest";
import { NodeEntity } from "./entities/index.js";
import { useOutage } from "./outage.test.helper.js";
import { until, useDatabase } from "./store.test.helper.js";

const house = useDatabase();
const outage = useOutage(house);
const { away, back, terminate } = outage;
const STATEMENT = { name: "test.one", text: "select 1 as n" };

const ways: [string, () => Promise<unknown>][] = [
  ["read", () => house.db.read(STATEMENT, [])],
  ["run", () => house.db.run("select 1 as n")],
  ["transaction", () => house.db.transaction((run) => run("select 1 as n"))],
  ["orm", () => house.db.orm((source) => source.getRepository(NodeEntity).count())],
];
const succeeds = (way: () => Promise<unknown>) =>
  way().then(
    () => true,
    (thrown) => {
      expect(thrown).toMatchObject({ code: "database-unavailable" });
      return false;
    },
  );

describe("a database that goes away and comes back", () => {
  it.each(ways)("is named as such by %s(), which works again without reopening", async (_, way) => {
    await way();
    await away();
    for (let i = 0; i < 3; i++) {
      await expect(way()).rejects.toMatchObject({ code: "database-unavailable", status: 503, retryAfterSeconds: 10 });
    }
    expect(await house.db.isReachable()).toBe(false);
    await back();
    await until("an answer", () => succeeds(way));
    expect(await house.db.isReachable()).toBe(true);
  });

  it.each(ways)("may go away under %s() calls that are under way", async (_, way) => {
    let over = false;
    const callers = Array.from({ length: 8 }, async () => {
      while (!over) await succeeds(way);
    });
    for (let i = 0; i < 5; i++) {
      await terminate();
      await until("an answer", () => succeeds(way));
    }
    over = true;
    await Promise.all(callers);
  });

  it("may go away in the middle of a transaction, which is then not done", async () => {
    const broken = house.db.transaction(async (run) => {
      await run("insert into nodes (name) values ('half')");
      await terminate();
      await run("insert into nodes (name) values ('whole')");
    });
    await expect(broken).rejects.toMatchObject({ code: "database-unavailable" });
    await until("an answer", () => succeeds(() => house.db.run("select 1")));
    expect(await house.db.run("select name from nodes")).toEqual([]);
  });

  it("is read over one connection again after every break", async () => {
    for (let i = 0; i < 5; i++) {
      await terminate();
      await until("an answer", () => succeeds(() => house.db.read(STATEMENT, [])));
    }
    const { rows } = await outage.admin.query(
      "select count(*)::int as n from pg_stat_activity where datname = $1 and application_name = 'gatehouse-reads'",
      [new URL(house.url).pathname.slice(1)],
    );
    expect(rows).toEqual([{ n: 1 }]);
  });
});
