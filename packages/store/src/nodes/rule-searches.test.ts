import { describe, expect, it } from "vitest";
import { count, enrolmentOf, until, useDatabase } from "../store.test.helper.js";
import { createNodeRegistry } from "./registry.js";
import { MOST_WAITING, RuleSearches } from "./rule-searches.js";

const house = useDatabase();
const rule = { field: "name", glob: "*x*" } as const;
const WAITING =
  "pg_locks l join pg_database d on d.oid = l.database where not l.granted and d.datname = current_database()";

describe("searches by rules", () => {
  it("hold two connections however many come: the next wait without one, and the rest are refused", async () => {
    const registry = createNodeRegistry(house.db);
    await registry.enrol(enrolmentOf("agent", { nodeName: "an x" }));
    const search = (i: number) =>
      i % 2 === 0 ? registry.count({ where: rule }) : registry.list({ limit: 5 }, { where: rule });
    const { allowed } = await house.db.transaction(async (run) => {
      await run("lock table nodes in access exclusive mode");
      const allowed = Promise.all(Array.from({ length: 2 + MOST_WAITING }, (_, i) => search(i)));
      await until("two are under way", async () => (await count(house.db, WAITING)) === 2);
      for (const i of [0, 1])
        await expect(search(i)).rejects.toMatchObject({ code: "overloaded", retryAfterSeconds: expect.any(Number) });
      expect(await count(house.db, WAITING)).toBe(2);
      return { allowed };
    });
    for (const [i, found] of (await allowed).entries())
      expect(found).toEqual(i % 2 === 0 ? 1 : { nodes: [expect.objectContaining({ name: "an x" })], next: null });
    expect(await registry.count({ where: rule })).toBe(1);
  });

  it("are not what lists without a rule wait for", async () => {
    const registry = createNodeRegistry(house.db);
    const { plain } = await house.db.transaction(async (run) => {
      await run("lock table indexed_facts in access exclusive mode");
      const plain = Promise.all(Array.from({ length: 5 }, () => registry.count({ name: "an" })));
      await until("all are under way", async () => (await count(house.db, WAITING)) === 5);
      return { plain };
    });
    expect(await plain).toEqual([1, 1, 1, 1, 1]);
  });

  it("give their place back when they fail", async () => {
    const searches = new RuleSearches();
    const failing = Array.from({ length: 2 + MOST_WAITING }, (_, i) =>
      searches.run(() => Promise.reject(new Error(`no ${i}`))),
    );
    for (const [i, search] of failing.entries()) await expect(search).rejects.toThrow(`no ${i}`);
    expect(await Promise.all(Array.from({ length: 5 }, (_, i) => searches.run(async () => i)))).toEqual([
      0, 1, 2, 3, 4,
    ]);
  });
});
