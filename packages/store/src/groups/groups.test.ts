import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../store.test.helper.js";
import { createGroups } from "./groups.js";
import { groupOf, testChecks } from "./groups.test.helper.js";

const house = useDatabase();
const groups = () => createGroups(house.db, testChecks);
const names = async () => (await groups().list()).map(({ group }) => group.name);
const revision = async () => (await house.db.run<{ n: string }>("select revision as n from groups_revision"))[0]?.n;
beforeEach(async () => {
  await house.db.run("delete from groups");
});

describe("Groups.put", () => {
  it("adds a group, and puts another in its place", async () => {
    const web = groupOf("Web", { description: "d", priority: 3, nodes: ["a"], settings: { "x.names": ["n"] } });
    const added = await groups().put(web, "ann");
    expect(added).toMatchObject({ changed: true, before: undefined, stored: { group: web, changedBy: "ann" } });
    expect(await groups().get("wEB")).toEqual(added.stored);
    const changed = await groups().put(groupOf("WEB"), "bob");
    expect(changed).toMatchObject({ changed: true, before: web, stored: { group: groupOf("WEB"), changedBy: "bob" } });
    expect(changed.stored.createdAt).toEqual(added.stored.createdAt);
    expect(await names()).toEqual(["WEB"]);
  });

  it("writes nothing for what is so already, whatever the order of its keys", async () => {
    await groups().put(groupOf("same", { settings: { "x.names": [], "x.tree": { a: 1, b: 2 } } }), "ann");
    const before = await revision();
    const again = await groups().put(
      { settings: { "x.tree": { b: 2, a: 1 }, "x.names": [] }, rule: { everything: true }, name: "same" },
      "bob",
    );
    expect(again).toMatchObject({ changed: false, stored: { changedBy: "ann" } });
    expect(await revision()).toBe(before);
  });

  it("takes U+0000 and lone surrogates out of settings, and keys as data", async () => {
    const settings = JSON.parse('{"x.tree": {"__proto__": "a\\u0000b", "c": "\\ud800"}}');
    await groups().put(groupOf("odd", { settings }), "a\0nn");
    const stored = await groups().get("odd");
    expect(JSON.stringify(stored?.group.settings)).toBe('{"x.tree":{"c":"\ufffd","__proto__":"ab"}}');
    expect(stored?.changedBy).toBe("ann");
  });

  it.each([
    ["a wrong rule", groupOf("bad", { rule: { field: "x", eq: 1 } }), /bad\/rule\/field: "x" is not a field/],
    ["an unknown setting", groupOf("bad", { settings: { y: 1 } }), /bad\/settings\/y: "y" is not a setting/],
    ["a wrong value", groupOf("bad", { settings: { "x.names": 1 } }), /bad\/settings\/x.names: It is a number/],
    ["an unknown parent", groupOf("bad", { parent: "nobody" }), /bad\/parent: There is no group "nobody"/],
  ])("refuses %s, and changes nothing", async (_, group, message) => {
    await groups().put(groupOf("kept"), "ann");
    const before = await revision();
    await expect(groups().put(group, "ann")).rejects.toMatchObject({
      code: "request-malformed",
      message: expect.stringMatching(message),
    });
    expect([await names(), await revision()]).toEqual([["kept"], before]);
  });

  it("says conflict where the others do not fit any more", async () => {
    await groups().put(groupOf("parent", { priority: 1 }), "ann");
    await groups().put(groupOf("child", { parent: "parent", priority: 5 }), "ann");
    await expect(groups().put(groupOf("parent", { priority: 9 }), "ann")).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("child/priority: It is 5, below its parent"),
    });
  });

  it("lets no two make a circle at once", async () => {
    await groups().change({ put: [groupOf("a"), groupOf("b")] }, "ann");
    const both = await Promise.allSettled([
      groups().put(groupOf("a", { parent: "b" }), "ann"),
      groups().put(groupOf("b", { parent: "a" }), "bob"),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });
});

describe("Groups.remove", () => {
  it("takes a group away, and says whether there was one", async () => {
    await groups().put(groupOf("Gone"), "ann");
    expect(await groups().remove("gONE")).toBe(true);
    expect(await groups().remove("gone")).toBe(false);
    expect(await groups().get("gone")).toBeUndefined();
  });

  it("refuses while children name it, and names them", async () => {
    await groups().change(
      { put: [groupOf("p"), groupOf("c1", { parent: "P" }), groupOf("c2", { parent: "p" })] },
      "ann",
    );
    await expect(groups().remove("p")).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("c1, c2"),
    });
    expect(await names()).toEqual(["c1", "c2", "p"]);
  });
});

describe("Groups.change", () => {
  it("puts and removes in any order, a child before its parent too", async () => {
    await groups().change({ put: [groupOf("old"), groupOf("child", { parent: "old" })] }, "ann");
    const { put, removed } = await groups().change(
      { put: [groupOf("child", { parent: "new" }), groupOf("new")], remove: ["OLD", "never there"] },
      "bob",
    );
    expect(put.map(({ stored, changed }) => [stored.group.name, changed])).toEqual([
      ["child", true],
      ["new", true],
    ]);
    expect(removed).toEqual(["old"]);
    expect(await names()).toEqual(["child", "new"]);
  });

  it("does all or nothing", async () => {
    const put = [groupOf("fine"), groupOf("child", { parent: "nobody" })];
    await expect(groups().change({ put }, "ann")).rejects.toMatchObject({ code: "request-malformed" });
    await expect(groups().change({ put: [groupOf("x"), groupOf("X")] }, "ann")).rejects.toThrow("twice");
    expect(await names()).toEqual([]);
  });

  it("takes a thousand at once", async () => {
    const put = Array.from({ length: 1000 }, (_, i) =>
      groupOf(`g${i}`, i % 10 === 0 ? {} : { parent: `g${i - (i % 10)}` }),
    );
    const first = await groups().change({ put }, "ann");
    expect(first.put.filter(({ changed }) => changed)).toHaveLength(1000);
    const again = await groups().change({ put }, "ann");
    expect(again.put.filter(({ changed }) => changed)).toEqual([]);
    expect((await groups().change({ remove: put.map(({ name }) => name) }, "ann")).removed).toHaveLength(1000);
  });
});
