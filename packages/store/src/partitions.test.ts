import { beforeAll, describe, expect, it } from "vitest";
import type { Database } from "./database.js";
import { dropPartitions, lacksPartition, makePartitions } from "./partitions.js";
import { count, useDatabase } from "./store.test.helper.js";

const house = useDatabase();
const DAY_MS = 86_400_000;
const TABLES = ["submissions", "report_events", "changes", "exchanges", "exchange_contents"];

const names = async (table: string) => {
  const rows = await house.db.run<{ name: string }>(
    "select inhrelid::regclass::text as name from pg_inherits where inhparent = $1::regclass order by 1",
    [table],
  );
  return rows.map(({ name }) => name);
};
const store = (at: Date | string) =>
  house.db.run(
    `insert into submissions (accepted_at, agent_id, kind, coding, size, body)
     values ($1, gen_random_uuid(), 'k', 'identity', 0, '') returning tableoid::regclass::text as name`,
    [at],
  );
/** What a statement was refused with. */
const refusal = (statement: Promise<unknown>): Promise<unknown> =>
  statement.then(
    () => expect.fail("it was not refused"),
    (thrown: unknown) => thrown,
  );

describe("makePartitions", () => {
  it("makes one a day for each table, from yesterday to a week from now, and none twice", async () => {
    const made = await makePartitions(house.db);
    const [clock] = await house.db.run<{ now: Date }>("select now()");
    const today = (clock?.now ?? new Date(0)).getTime();
    for (const table of TABLES) {
      expect(made.filter((name) => name.startsWith(`${table}_2`)).toSorted()).toEqual(await names(table));
      expect(await names(table)).toHaveLength(9);
    }
    for (const days of [-1, 0, 1, 7]) await store(new Date(today + days * DAY_MS));
    expect(await makePartitions(house.db)).toEqual([]);
    expect(await count(house.db, "submissions")).toBe(4);
  });

  it("puts the border at midnight by UTC, whatever time zone the session has", async () => {
    await house.db.transaction(async (run) => {
      await run("set local timezone = 'Pacific/Kiritimati'");
      const inside = { run, transaction: (work: (inner: typeof run) => unknown) => work(run) } as unknown as Database;
      await dropPartitions(inside, new Date("2100-01-01"));
      expect(await makePartitions(inside)).toHaveLength(9 * TABLES.length);
    });
    for (const name of await names("submissions")) {
      const day = Date.parse(name.replace(/.*_(....)(..)(..)$/, "$1-$2-$3"));
      expect([await store(new Date(day)), await store(new Date(day + DAY_MS - 1))]).toEqual([[{ name }], [{ name }]]);
    }
  });

  it("may be called by several at once", async () => {
    await dropPartitions(house.db, new Date("2100-01-01"));
    const made = await Promise.all(Array.from({ length: 6 }, () => makePartitions(house.db)));
    expect(new Set(made.flat()).size).toBe(9 * TABLES.length);
    const there = await Promise.all(TABLES.map(names));
    expect(there.flat().toSorted()).toEqual([...new Set(made.flat())].toSorted());
  });

  it("fills a hole", async () => {
    const [, second = ""] = await names("report_events");
    await house.db.run(`drop table ${second}`);
    expect(await makePartitions(house.db)).toEqual([second]);
  });

  it("makes them for other days too, where it is asked to", async () => {
    const noons = ["2020-02-29T12:00:00Z", "2020-02-29T23:59:59.999Z", "1999-12-31T00:00:00Z"].map(
      (at) => new Date(at),
    );
    expect((await makePartitions(house.db, noons)).toSorted()).toEqual([
      ...["changes_19991231", "changes_20200229"],
      ...["exchange_contents_19991231", "exchange_contents_20200229"],
      ...["exchanges_19991231", "exchanges_20200229"],
      ...["report_events_19991231", "report_events_20200229"],
      ...["submissions_19991231", "submissions_20200229"],
    ]);
    for (const at of noons) await store(at);
    expect(await dropPartitions(house.db, new Date("2020-03-01T00:00:00Z"))).toHaveLength(2 * TABLES.length);
  });

  it("is called for by nothing but a missing partition, in whatever language the server speaks", async () => {
    const lacking = await refusal(store("2001-01-01"));
    expect(lacksPartition(lacking)).toBe(true);
    expect(lacksPartition(Object.assign(lacking as Error, { message: "keine Partition gefunden" }))).toBe(true);
    const refused = await refusal(
      house.db.run("update nodes set state = 'x'; insert into nodes (name, state) values ('n', 'x')"),
    );
    expect(refused).toMatchObject({ code: "23514" });
    for (const other of [refused, await refusal(house.db.run("select 1/0")), new Error("no partition of relation")]) {
      expect(lacksPartition(other)).toBe(false);
    }
  });
});

describe("dropPartitions", () => {
  beforeAll(async () => {
    for (const day of ["2020-02-28", "2020-02-29", "2020-03-01"]) {
      for (const table of TABLES) {
        const next = new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);
        await house.db.run(
          `create table ${table}_${day.replaceAll("-", "")} partition of ${table} for values from ('${day} 00:00+00') to ('${next} 00:00+00')`,
        );
      }
    }
  });

  it("drops what lies wholly before a time, and nothing that reaches up to it", async () => {
    expect(await dropPartitions(house.db, new Date("2020-02-28T23:59:59.999Z"))).toEqual([]);
    // The 29th has begun before noon, and ends after it.
    expect(await dropPartitions(house.db, new Date("2020-02-29T12:00:00Z"))).toEqual([
      "changes_20200228",
      "exchange_contents_20200228",
      "exchanges_20200228",
      "report_events_20200228",
      "submissions_20200228",
    ]);
    expect(await dropPartitions(house.db, new Date("2020-03-01T00:00:00Z"))).toEqual([
      "changes_20200229",
      "exchange_contents_20200229",
      "exchanges_20200229",
      "report_events_20200229",
      "submissions_20200229",
    ]);
    expect((await names("submissions"))[0]).toBe("submissions_20200301");
  });

  it("drops those of the tables that it is told", async () => {
    const at = new Date("2020-03-02T00:00:00Z");
    await makePartitions(house.db, [new Date("2020-03-01T12:00:00Z")]);
    expect(await dropPartitions(house.db, at, ["changes"])).toEqual(["changes_20200301"]);
    expect(await dropPartitions(house.db, at, ["exchanges"])).toEqual(["exchanges_20200301"]);
    expect(await names("submissions")).toContain("submissions_20200301");
  });

  it("leaves other tables alone, however they are called", async () => {
    await house.db.run("create table submissions_19990101 (n int)");
    await house.db.run("create table others (at date) partition by range (at)");
    await house.db.run(
      "create table others_19990101 partition of others for values from ('1999-01-01') to ('1999-01-02')",
    );
    await house.db.run(
      "create table submissions_before partition of submissions for values from (minvalue) to ('2000-01-01 00:00+00')",
    );
    await dropPartitions(house.db, new Date("2100-01-01"));
    for (const table of ["submissions_19990101", "others_19990101", "submissions_before"]) {
      expect(await count(house.db, "pg_class where relname = $1", [table]), table).toBe(1);
    }
    expect(await names("submissions")).toEqual(["submissions_before"]);
    expect(await names("report_events")).toEqual([]);
  });

  it("may be called by several at once, and finds nothing the second time", async () => {
    await makePartitions(house.db);
    const all = new Date("2100-01-01");
    await Promise.all([dropPartitions(house.db, all), dropPartitions(house.db, all), makePartitions(house.db)]);
    await dropPartitions(house.db, all);
    expect(await dropPartitions(house.db, all)).toEqual([]);
  });
});
