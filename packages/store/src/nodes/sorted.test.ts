import type { NodeQuery } from "@gatehouse/core/groups";
import { beforeAll, describe, expect, it } from "vitest";
import { indexFacts } from "../facts/indexed.js";
import { useDatabase } from "../store.test.helper.js";
import { createNodeRegistry } from "./registry.js";

const house = useDatabase();
const registry = () => createNodeRegistry(house.db);
const MANY = 3_500;
/** Fewer than are looked at in order, so that both ways of finding a page are gone. */
const VALUES = [10, 9, "b", "a", "B", true, false, "10", 1.5, -3, "ä"];

/** Node i has the i-th value, every seventh has none, and each tenth says something smaller from a second source. */
const factOf = (i: number): unknown => (i % 7 === 0 ? undefined : VALUES[i % VALUES.length]);
beforeAll(async () => {
  const rows = Array.from({ length: MANY }, (_, i) => ({
    name: `n${String((i * 7919) % MANY).padStart(5, "0")}`,
    labels: { i: String(i), rare: String(i % 1000), common: String(i % 2) },
    facts: [factOf(i) === undefined ? {} : { v: { x: factOf(i) } }, ...(i % 10 === 0 ? [{ v: { x: "" } }] : [])],
  }));
  await house.db.run(
    `with said as (select * from jsonb_to_recordset($1::jsonb) as t (name text, labels jsonb, facts jsonb)),
          made as (insert into nodes (name, labels) select name, labels from said returning id, name)
     insert into facts select id, 's' || place, fact, now(), now() from made join said using (name),
       jsonb_array_elements(facts) with ordinality as f (fact, place)`,
    [JSON.stringify(rows)],
  );
  await indexFacts(house.db, ["v.x"]);
  await house.db.run("analyze");
});

async function all(sort: string, query: NodeQuery, limit: number) {
  const seen: { i: number; name: string }[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<ReturnType<typeof registry>["list"]>> = await registry().list(
      { limit, sort, ...(after === null ? {} : { after }) },
      query,
    );
    seen.push(...page.nodes.map((node) => ({ i: Number(node.labels["i"]), name: node.name })));
    after = page.next;
  } while (after !== null);
  return seen;
}

/** What a node is sorted by: texts, then numbers, then false and true, then nothing. */
const rank = (i: number): [number, unknown] => {
  const value = i % 10 === 0 ? "" : factOf(i);
  return [value === undefined ? 3 : typeof value === "boolean" ? 2 : typeof value === "number" ? 1 : 0, value];
};

describe("lists by a fact", () => {
  it.each<[string, NodeQuery, (i: number) => boolean, number]>([
    ["all", {}, () => true, 500],
    ["half", { where: { field: "labels.common", eq: "1" } }, (i) => i % 2 === 1, 300],
    ["few", { where: { field: "labels.rare", eq: "5" } }, (i) => i % 1000 === 5, 1],
    [
      "those with a number",
      { where: { field: "facts.v.x", gte: 9 } },
      (i) => ["number", "string"].includes(typeof factOf(i)) && Number(factOf(i)) >= 9,
      100,
    ],
    [
      "those without",
      { where: { field: "facts.v.x", exists: false } },
      (i) => factOf(i) === undefined && i % 10 !== 0,
      100,
    ],
    ["none", { where: { field: "labels.rare", eq: "x" } }, () => false, 10],
  ])("has %s once, page by page, ties and missing values too", async (_, query, keep, limit) => {
    const found = await all("facts.v.x", query, limit);
    const expected = Array.from({ length: MANY }, (_, i) => i).filter(keep);
    expect(found.map(({ i }) => i).toSorted((a, b) => a - b)).toEqual(expected);
    const ranks = found.map(({ i }) => rank(i));
    expect(ranks.map(([group]) => group)).toEqual(ranks.map(([group]) => group).toSorted((a, b) => a - b));
    for (const group of [1, 2]) {
      const values = ranks.filter(([of]) => of === group).map(([, value]) => Number(value));
      expect(values).toEqual(values.toSorted((a, b) => a - b));
    }
    // Texts in the database's order, one after another.
    const texts = ranks.filter(([of]) => of === 0).map(([, value]) => value);
    expect(texts.filter((text, i) => text !== texts[i - 1]).length).toBe(new Set(texts).size);
    const names = found.filter(({ i }) => rank(i)[0] === 3).map(({ name }) => name);
    expect(names).toEqual(names.toSorted());
  });

  it("has by name what fits, few or many", async () => {
    for (const [rare, limit] of [
      ["5", 2],
      [undefined, 900],
    ] as const) {
      const query = rare === undefined ? {} : { where: { field: "labels.rare", eq: rare } };
      const found = (await all("name", query, limit)).map(({ name }) => name);
      expect(found).toHaveLength(rare === undefined ? MANY : 4);
      expect(found).toEqual(found.toSorted());
    }
  });

  it("refuses a fact that is not indexed, and names those that are", async () => {
    for (const sort of ["facts.v", "facts.v.y", "v.x", "state", "facts.v.x'--"])
      await expect(registry().list({ limit: 1, sort })).rejects.toMatchObject({
        code: "request-malformed",
        message: expect.stringContaining("name, facts.v.x"),
      });
  });

  it("refuses cursors of another sorting, and those that nobody gave out", async () => {
    const byName = (await registry().list({ limit: 1 })).next ?? "";
    const byFact = (await registry().list({ limit: 1, sort: "facts.v.x" })).next ?? "";
    const made = (place: unknown, id: unknown = "00000000-0000-4000-8000-000000000000") =>
      Buffer.from(JSON.stringify([typeof place === "string" ? place : JSON.stringify(place), id])).toString(
        "base64url",
      );
    const foreign = [
      byName,
      made("x"),
      made({}),
      made([]),
      made(["v.x", "with"]),
      made(["v.x", "with", 1]),
      made(["v.x", "with", "["]),
      made(["v.x", "with", "null"]),
      made(["v.x", "with", '{"a":1}']),
      made(["v.x", "with", "1e999"]),
      made(["v.x", "with", '"\\u0000"']),
      made(["v.x", "with", "1", 1]),
      made(["v.y", "with", "1"]),
      made(["v.x", "above", "1"]),
      made(["v.x", "with", "1"], "1"),
      made(["v.x", "without", "\0"]),
    ];
    for (const after of foreign)
      await expect(registry().list({ limit: 1, sort: "facts.v.x", after }), after).rejects.toMatchObject({
        code: "request-malformed",
      });
    expect(byFact).not.toBe("");
    await expect(registry().list({ limit: 1, after: made(["v.x", "with", "1"], "1") })).rejects.toMatchObject({
      code: "request-malformed",
    });
  });
});
