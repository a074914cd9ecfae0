import { beforeEach, describe, expect, it } from "vitest";
import { count, useDatabase } from "../store.test.helper.js";
import { createFacts } from "./facts.js";
import { INDEXED_FACT, indexedFacts, indexFacts } from "./indexed.js";

const house = useDatabase();
const facts = () => createFacts(house.db);
const at = (minute: number) => new Date(Date.UTC(2024, 1, 29, 12, minute));
const newNode = async () =>
  (await house.db.run<{ id: string }>("insert into nodes (name) values ('n') returning id"))[0]?.id ?? "";
const keys = async (path: string) =>
  (
    await house.db.run<{ key: unknown; number: number | null }>(
      "select key, number from fact_keys where path = $1 order by key",
      [path],
    )
  ).map(({ key, number }) => [key, number]);
beforeEach(async () => {
  await house.db.run("delete from nodes");
  await indexFacts(house.db, []);
});

describe("indexFacts", () => {
  it("keys what is there, and what comes, changes and goes", async () => {
    const [a, b] = [await newNode(), await newNode()];
    await facts().put(a, "s", { os: { family: "RedHat" } }, at(1));
    expect(await indexFacts(house.db, ["os.family"])).toEqual({ made: ["os.family"], dropped: [] });
    expect(await keys("os.family")).toEqual([["RedHat", null]]);
    await facts().put(b, "s", { os: { family: "12" } }, at(1));
    await facts().put(b, "t", { os: { family: true } }, at(1));
    expect(await keys("os.family")).toEqual([
      ["12", 12],
      ["RedHat", null],
      [true, null],
    ]);
    await facts().put(a, "s", { os: { family: 7.5 } }, at(2));
    await facts().put(b, "t", { os: {} }, at(2));
    expect(await keys("os.family")).toEqual([
      ["12", 12],
      [7.5, 7.5],
    ]);
    await house.db.run("delete from nodes where id = $1", [b]);
    expect(await keys("os.family")).toEqual([[7.5, 7.5]]);
  });

  it("keys values of every kind, bounded, and walks through no list", async () => {
    await indexFacts(house.db, ["v", "v.0", "v.x"]);
    const values = [null, "", "x".repeat(100_000), ["a"], [], { x: 1 }, { x: null }, false, -0, 1e300, "1e5"];
    for (const v of values) await facts().put(await newNode(), "s", { v }, at(1));
    expect(await keys("v")).toEqual([
      ["", null],
      ["1e5", null],
      ["x".repeat(200), null],
      [0, 0],
      [1e300, 1e300],
      [false, null],
      ...Array.from({ length: 4 }, () => [{}, null]),
    ]);
    expect([await keys("v.0"), await keys("v.x")]).toEqual([[], [[1, 1]]]);
  });

  it("keys many rows of one transaction without reading all keys for each, though there were none when it began", async () => {
    await indexFacts(house.db, ["v"]);
    await house.db.run("insert into nodes (name) select 'n' || n from generate_series(1, 500) n");
    // Known to be empty, and not only new: of a new table the planner expects ten pages.
    await house.db.run("vacuum fact_keys");
    const read = await house.db.transaction(async (run) => {
      const rowsRead = async () => {
        const [row] = await run<{ rows: number }>(
          "select seq_tup_read::int as rows from pg_stat_xact_user_tables where relname = 'fact_keys'",
        );
        return row?.rows ?? 0;
      };
      const before = await rowsRead();
      await run(
        `insert into facts (node_id, source, facts, seen_at, changed_at)
         select id, 's', jsonb_build_object('v', name), now(), now() from nodes`,
      );
      return (await rowsRead()) - before;
    });
    expect(read).toBe(0);
    expect(await keys("v")).toHaveLength(500);
  });

  it("drops what is declared no longer, and does nothing the second time", async () => {
    await facts().put(await newNode(), "s", { a: 1, b: 2 }, at(1));
    await indexFacts(house.db, ["a", "b"]);
    expect(await indexFacts(house.db, ["b", "a"])).toEqual({ made: [], dropped: [] });
    expect(await indexFacts(house.db, ["b"])).toEqual({ made: [], dropped: ["a"] });
    expect([await keys("a"), await keys("b"), await indexedFacts(house.db)]).toEqual([[], [[2, 2]], ["b"]]);
  });

  it("takes turns with others, while facts go on coming", async () => {
    const nodes = await Promise.all(Array.from({ length: 20 }, newNode));
    for (const node of nodes) await facts().put(node, "s", { n: 0 }, at(0));
    const writing = nodes.map(async (node) => {
      for (let i = 1; i <= 10; i++) await facts().put(node, "s", i % 4 === 0 ? {} : { n: i }, at(i));
    });
    const made = await Promise.all(Array.from({ length: 4 }, () => indexFacts(house.db, ["n"])));
    await Promise.all(writing);
    expect(made.flatMap((one) => one.made)).toEqual(["n"]);
    expect(await keys("n")).toEqual(nodes.map(() => [10, 10]));
  });

  it("goes on where one that died had begun", async () => {
    await facts().put(await newNode(), "s", { a: 1 }, at(1));
    await house.db.run("insert into indexed_facts (path) values ('a')");
    await facts().put(await newNode(), "s", { a: 2 }, at(1));
    expect(await indexedFacts(house.db)).toEqual([]);
    expect(await indexFacts(house.db, ["a"])).toEqual({ made: ["a"], dropped: [] });
    expect(await keys("a")).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(await count(house.db, "indexed_facts where ready")).toBe(1);
  });
});

describe("INDEXED_FACT", () => {
  it.each<[string, boolean]>([
    ["os.family", true],
    ["a-b_c.0", true],
    ["", false],
    [".a", false],
    ["a.", false],
    ["a..b", false],
    ["a b", false],
    ["a'b", false],
    ["ä", false],
    ["x".repeat(61), false],
    [Array.from({ length: 11 }, () => "a").join("."), false],
    ["a\n", false],
  ])("%j: %s", (path, fits) => {
    expect(new RegExp(INDEXED_FACT).test(path)).toBe(fits);
  });
});
