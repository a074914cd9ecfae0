import type { AuthorizationRule } from "@gatehouse/core/access";
import { beforeEach, describe, expect, it } from "vitest";
import { AUTHORIZATION_CHANNEL, createAuthorizationRules } from "./authorization-rules.js";
import type { Queryable } from "./queryable.js";
import { count, until, useDatabase } from "./store.test.helper.js";

const house = useDatabase();
const rules = () => createAuthorizationRules(house.db);
const rule = (name: string, spec: AuthorizationRule["spec"] = { deny: "*" }): AuthorizationRule => ({
  name,
  protocol: "puppet",
  spec,
});
const names = async () => (await rules().list()).map(({ name }) => name);
beforeEach(() => house.db.run("delete from authorization_rules"));

describe("AuthorizationRules", () => {
  it("tells one that is put in its place from one that is made anew", async () => {
    await rules().put(rule("a"), "ada");
    await rules().put(rule("b"), "ada");
    const before = await rules().identities();
    expect([...before.keys()].toSorted()).toEqual(["a", "b"]);
    expect(new Set(before.values()).size).toBe(2);
    await rules().put(rule("a"), "bob");
    expect(await rules().identities()).toEqual(before);
    await rules().remove("a");
    await rules().put(rule("a"), "bob");
    const after = await rules().identities();
    expect(after.get("a")).not.toBe(before.get("a"));
    expect(after.get("b")).toBe(before.get("b"));
  });

  it("keeps rules as they were put, by name, with who put them", async () => {
    const before = Date.now() - 2_000;
    const spec = { "sort-order": 1, "match-request": { method: ["get", "any"] }, deep: { a: [null, true] } };
    const put = await rules().put(rule("b", spec), "ada");
    await rules().put(rule("B"), "bob");
    await rules().put(rule("a"), "ada\u0000");
    const listed = await rules().list();
    expect(listed).toEqual([
      { ...rule("B"), createdAt: expect.any(Date), createdBy: "bob" },
      { ...rule("a"), createdAt: expect.any(Date), createdBy: "ada" },
      put,
    ]);
    expect(put).toEqual({ ...rule("b", spec), createdAt: expect.any(Date), createdBy: "ada" });
    expect(put.createdAt.getTime()).toBeGreaterThan(before);
  });

  it("puts a rule in the place of the one of its name", async () => {
    await rules().put(rule("a"), "ada");
    const put = await rules().put(rule("a", { allow: "*" }), "bob");
    expect(await rules().list()).toEqual([put]);
    expect(put).toMatchObject({ spec: { allow: "*" }, createdBy: "bob" });
  });

  it("takes no place from a rule of another protocol", async () => {
    await rules().put(rule("a"), "ada");
    const revision = await rules().revision();
    await expect(rules().put({ ...rule("a"), protocol: "glpi" }, "bob")).rejects.toMatchObject({ code: "conflict" });
    expect(await rules().list()).toMatchObject([{ protocol: "puppet", createdBy: "ada" }]);
    expect(await rules().revision()).toBe(revision);
  });

  it("removes a rule once, by its name as it is", async () => {
    await rules().put(rule("a"), "ada");
    expect(await rules().remove("a\u0000")).toBe(false);
    expect(await rules().remove("A")).toBe(false);
    expect([await rules().remove("a"), await rules().remove("a")]).toEqual([true, false]);
    expect(await names()).toEqual([]);
  });

  it("takes keys and texts as data", async () => {
    const spec = JSON.parse('{"__proto__": {"polluted": true}, "constructor": "x", "a": "b\\u0000c\\ud800"}');
    const put = await rules().put(rule("__proto__", spec), "ada");
    const [listed] = await rules().list();
    expect(listed).toEqual(put);
    expect(Object.keys(listed?.spec ?? {}).toSorted()).toEqual(["__proto__", "a", "constructor"]);
    expect(listed?.spec["a"]).toBe("bc\ufffd");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(await rules().remove("__proto__")).toBe(true);
  });

  it("is at another revision after every change, and at the same after none", async () => {
    const seen = [await rules().revision()];
    const noted = async (work: Promise<unknown>) => {
      await work;
      seen.push(await rules().revision());
    };
    await noted(rules().put(rule("a"), "ada"));
    await noted(rules().put(rule("a"), "ada"));
    await noted(rules().remove("a"));
    expect(new Set(seen).size).toBe(4);
    await noted(rules().remove("a"));
    expect(new Set(seen).size).toBe(4);
  });

  it("tells every change when it is there, and nothing of one that did not come to be", async () => {
    let told = 0;
    const notices = house.db.notifications(AUTHORIZATION_CHANNEL, { onNotice: () => told++, onGap: () => undefined });
    await notices.listen();
    const undone = house.db.transaction(async (run, copy) => {
      const bound: Pick<Queryable, "run" | "transaction"> = { run, transaction: (work) => work(run, copy) };
      await createAuthorizationRules(bound).put(rule("never"), "ada");
      throw new Error("undone");
    });
    await expect(undone).rejects.toThrow("undone");
    await rules().put(rule("a"), "ada");
    await until("a notice of the put", async () => told === 1);
    await rules().remove("a");
    await until("a notice of the removal", async () => told === 2);
    await notices.close();
    expect(await names()).toEqual([]);
  });

  it("stays whole when many change it at once", async () => {
    const before = BigInt(await rules().revision());
    const puts = Array.from({ length: 30 }, (_, i) => rules().put(rule(`r${i % 10}`, { i }), `by ${i}`));
    const removals = Array.from({ length: 10 }, (_, i) => rules().remove(`r${i}`));
    await Promise.all(puts);
    const removed = (await Promise.all(removals)).filter((done) => done).length;
    expect(await count(house.db, "authorization_rules")).toBeLessThanOrEqual(10);
    expect(BigInt(await rules().revision()) - before).toBe(BigInt(30 + removed));
  });

  it("refuses more rules, and more text, than a gateway should hold in memory", async () => {
    const half = { deny: "x".repeat(600_000) };
    await rules().put(rule("one", half), "ada");
    const revision = await rules().revision();
    await expect(rules().put(rule("two", half), "ada")).rejects.toMatchObject({ code: "conflict" });
    await house.db.run(
      `insert into authorization_rules (name, protocol, rule, created_by)
       select 'n' || i, 'puppet', '{}', 'x' from generate_series(2, 1000) i`,
    );
    await expect(rules().put(rule("one too many"), "ada")).rejects.toThrow(/1000 rules/);
    expect(await rules().put(rule("one", {}), "ada")).toMatchObject({ name: "one", spec: {} });
    expect(await names()).toHaveLength(1000);
    expect(BigInt(await rules().revision())).toBe(BigInt(revision) + 1n);
  });
});
