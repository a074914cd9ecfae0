import { describe, expect, it } from "vitest";
import { count, enrolmentOf, useDatabase } from "../store.test.helper.js";
import { createNodeRegistry } from "./registry.js";

const house = useDatabase();
const registry = () => createNodeRegistry(house.db);
const NOBODY = "00000000-0000-4000-8000-000000000000";

describe("NodeRegistry.list", () => {
  it("pages through equal names without holes or repeats", async () => {
    const names = ["Zebra", "alpha", "alpha", "alpha", "alpha", "alpha", "ÄÖ", "", "beta 10", "beta 9", "_x", "-x"];
    const ids: string[] = [];
    for (const [i, nodeName] of names.entries())
      ids.push((await registry().enrol(enrolmentOf(`listed ${i}`, { nodeName }))).nodeId);
    for (const limit of [1, 2, 3, names.length, 500]) {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const page: Awaited<ReturnType<ReturnType<typeof registry>["list"]>> = await registry().list(
          after === null ? { limit } : { limit, after },
        );
        expect(page.nodes.length).toBeLessThanOrEqual(limit);
        seen.push(...page.nodes.map(({ id }) => id));
        after = page.next;
      } while (after !== null);
      expect(seen).toHaveLength(ids.length);
      expect(new Set(seen)).toEqual(new Set(ids));
    }
  });

  it("goes on behind the cursor when nodes come in between", async () => {
    const first = await registry().list({ limit: 3 });
    await registry().enrol(enrolmentOf("late", { nodeName: "zzz" }));
    const rest = await registry().list({ limit: 500, after: first.next ?? "" });
    const before = new Set(first.nodes.map(({ id }) => id));
    expect(rest.nodes.some(({ id }) => before.has(id))).toBe(false);
    expect(first.nodes.length + rest.nodes.length).toBe(await count(house.db, "nodes"));
  });

  it("leaves purged nodes out", async () => {
    const { nodeId } = await registry().enrol(enrolmentOf("purged", { nodeName: "purged one" }));
    expect(await registry().purge(nodeId)).toMatchObject({ nodeId, name: "purged one" });
    expect((await registry().list({ limit: 500 })).nodes.some(({ id }) => id === nodeId)).toBe(false);
    expect(await registry().find(nodeId)).toEqual([]);
  });

  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  it.each([
    ["nothing", ""],
    ["noise", "!!!"],
    ["another shape", encoded({ name: "a" })],
    ["an id that is none", encoded(["a", "b"])],
    ["a third part", encoded(["a", NOBODY, 1])],
    ["a name that is no text", encoded([1, NOBODY])],
    ["what PostgreSQL cannot hold", encoded(["a\0b", NOBODY])],
  ])("refuses a cursor of %s", async (_, after) => {
    await expect(registry().list({ limit: 1, after })).rejects.toMatchObject({ code: "request-malformed" });
  });
});

describe("NodeRegistry.find", () => {
  it("finds by id, name and alias, without regard to case", async () => {
    const { nodeId } = await registry().enrol(enrolmentOf("F1-Alias", { nodeName: "F1-Name" }));
    for (const reference of [nodeId, nodeId.toUpperCase(), "F1-Name", "f1-NAME", "F1-ALIAS", "f1-alias"]) {
      expect((await registry().find(reference)).map(({ id }) => id)).toEqual([nodeId]);
    }
  });

  it.each(["İstanbul", "GRÜN", "ΣΑΣ", "straße"])("finds %s by the name as it is written", async (nodeName) => {
    const { nodeId } = await registry().enrol(enrolmentOf(`alias of ${nodeName}`, { nodeName }));
    expect((await registry().find(nodeName)).map(({ id }) => id)).toEqual([nodeId]);
  });

  it("gives every node of an ambiguous name, and each once", async () => {
    const one = await registry().enrol(enrolmentOf("twin", { nodeName: "Both of us" }));
    const two = await registry().enrol(enrolmentOf("other", { nodeName: "both of us" }));
    const found = (await registry().find("BOTH OF US")).map(({ id }) => id);
    expect(found.toSorted()).toEqual([one.nodeId, two.nodeId].toSorted());
  });

  it("prefers an id and an alias to a name: no agent can hide another node by calling itself so", async () => {
    const victim = await registry().enrol(enrolmentOf("victim", { nodeName: "the victim" }));
    await registry().enrol(enrolmentOf("thief 1", { nodeName: "victim" }));
    await registry().enrol(enrolmentOf("thief 2", { nodeName: victim.nodeId }));
    for (const reference of ["VICTIM", victim.nodeId, victim.nodeId.toUpperCase()]) {
      expect((await registry().find(reference)).map(({ id }) => id)).toEqual([victim.nodeId]);
    }
  });

  it("tells some of many nodes of one name", async () => {
    await house.db.run("insert into nodes (name) select 'crowd' from generate_series(1, 70000)");
    expect((await registry().find("crowd")).length).toBe(11);
  });

  it.each(["nothing of that name", NOBODY, "%"])("finds nothing under %j", async (reference) => {
    expect(await registry().find(reference)).toEqual([]);
  });
});

describe("NodeRegistry.findAgentsBeginning", () => {
  it("finds an agent by the beginning of its alias, at most two, of one family and kind", async () => {
    const { agentId } = await registry().enrol(enrolmentOf("e72a798f-e51b-11ef-8d2c-000000000001"));
    const found = async (begin: string, kind = "agentid") =>
      (await registry().findAgentsBeginning("dsc", kind, begin)).map((agent) => agent.agentId);
    expect(await found("E72A798F-e51b-11")).toEqual([agentId]);
    expect([
      await found("e72a798"),
      await found("e72a798f_"),
      await found("e72a798f%"),
      await found("e72a798f", "x"),
    ]).toEqual([[], [], [], []]);
    expect(await registry().findAgentsBeginning("puppet", "agentid", "e72a798f")).toEqual([]);
    await registry().enrol(enrolmentOf("e72a798f-e51b-11ef-8d2c-000000000002"));
    await registry().enrol(enrolmentOf("e72a798f-e51b-11ef-8d2c-000000000003"));
    expect(await found("e72a798f")).toHaveLength(2);
  });
});

describe("NodeRegistry.setSetting", () => {
  it("sets, replaces and takes away one setting, and leaves the others", async () => {
    const { nodeId } = await registry().enrol(enrolmentOf("set"));
    const settings = async () => (await registry().find(nodeId))[0]?.settings;
    expect(await registry().setSetting(nodeId, "a.b", ["x"])).toBe(true);
    expect(await registry().setSetting(nodeId, "other", null)).toBe(true);
    expect(await registry().setSetting(nodeId, "a.b", { y: [1, true] })).toBe(true);
    expect(await settings()).toEqual({ "a.b": { y: [1, true] }, other: null });
    expect(await registry().setSetting(nodeId, "a.b", undefined)).toBe(true);
    expect(await settings()).toEqual({ other: null });
  });

  it("outlives a renewed enrolment, and comes with the agent", async () => {
    const enrolment = enrolmentOf("kept");
    const { nodeId } = await registry().enrol(enrolment);
    await registry().setSetting(nodeId, "s", 1);
    await registry().enrol(enrolment);
    expect((await registry().findAgent(enrolment.alias))?.settings).toEqual({ s: 1 });
  });

  it("is false where there is no such node", async () => {
    expect(await registry().setSetting(NOBODY, "s", 1)).toBe(false);
    expect(await registry().setSetting(NOBODY, "s", undefined)).toBe(false);
    expect(await registry().setSetting("no id at all", "s", 1)).toBe(false);
  });
});
