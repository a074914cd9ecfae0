import { beforeEach, describe, expect, it } from "vitest";
import { createFacts } from "../facts/facts.js";
import { createGroups } from "../groups/groups.js";
import { groupOf, testChecks } from "../groups/groups.test.helper.js";
import { aliasOf, enrolmentOf, useDatabase } from "../store.test.helper.js";
import { createNodeRegistry } from "./registry.js";

const house = useDatabase();
const registry = () => createNodeRegistry(house.db);
let name = "";
let nodeId = "";
let agentId = "";
let n = 0;
beforeEach(async () => {
  name = `revised ${++n}`;
  ({ nodeId, agentId } = await registry().enrol(enrolmentOf(name)));
});
const revision = async () => (await registry().findAgent(aliasOf(name)))?.revision ?? Number.NaN;
const sql = (text: string, ...values: unknown[]) => house.db.run(text, values);

describe("a node's revision", () => {
  it.each<[string, () => Promise<unknown>]>([
    ["its name", () => registry().enrol(enrolmentOf(name, { nodeName: "renamed" }))],
    ["a label", () => registry().label(nodeId, { a: "b" })],
    ["a setting", () => registry().setSetting(nodeId, "x.names", ["a"])],
    ["its state", () => registry().setState(nodeId, "deactivated", "ann")],
    ["evidence", () => registry().enrol(enrolmentOf(name, { evidence: [{ kind: "mac", value: "aa" }] }))],
    ["traits", () => registry().enrol(enrolmentOf(name, { traits: { version: "2.0" } }))],
    ["facts", () => createFacts(house.db).put(nodeId, "s", { a: 1 }, new Date())],
    ["an agent more", () => sql("insert into agents (node_id, family) values ($1, 'puppet')", nodeId)],
    [
      "an alias more",
      () => sql("insert into agent_aliases values ('dsc', 'x', $1, $1, $2)", `alias of ${name}`, agentId),
    ],
    [
      "another spelling of an alias",
      () => sql("update agent_aliases set value = upper(value) where agent_id = $1", agentId),
    ],
  ])("changes with %s", async (_, change) => {
    const before = await revision();
    await change();
    expect(await revision()).toBeGreaterThan(before);
  });

  it.each<[string, () => Promise<unknown>]>([
    [
      "a call",
      async () => {
        const one = registry();
        one.touch(agentId, new Date());
        await one.flush();
      },
    ],
    ["an enrolment that says nothing new", () => registry().enrol(enrolmentOf(name))],
    ["the same label", () => registry().label(nodeId, {})],
    ["attributes, which no rule sees", () => registry().amendAgent(aliasOf(name), () => ({ a: 1 }))],
  ])("stays with %s", async (_, change) => {
    await registry().enrol(enrolmentOf(name));
    const before = await revision();
    await change();
    expect(await revision()).toBe(before);
  });

  it("changes for both when an agent moves to another node, and for the one it leaves for good", async () => {
    const other = await registry().enrol(enrolmentOf(`${name} too`));
    const of = async (id: string) =>
      (await house.db.run<{ revision: string }>("select revision from nodes where id = $1", [id]))[0]?.revision;
    const before = [await of(nodeId), await of(other.nodeId)];
    await sql("update agents set node_id = $2 where id = $1", agentId, other.nodeId);
    const moved = [await of(nodeId), await of(other.nodeId)];
    expect(moved[0]).not.toBe(before[0]);
    expect(moved[1]).not.toBe(before[1]);
    await sql("delete from agents where id = $1", agentId);
    expect(await of(other.nodeId)).not.toBe(moved[1]);
  });
});

describe("traits", () => {
  const traits = async () =>
    (await house.db.run<{ traits: unknown }>("select traits from agents where id = $1", [agentId]))[0]?.traits;

  it("take the place of those before, and stay where none are given", async () => {
    await registry().enrol(enrolmentOf(name, { traits: { version: "1", tags: ["a\0", "\ud800"] } }));
    expect(await traits()).toEqual({ version: "1", tags: ["a", "\ufffd"] });
    await registry().enrol(enrolmentOf(name));
    expect(await traits()).toEqual({ version: "1", tags: ["a", "\ufffd"] });
    await registry().enrol(enrolmentOf(name, { traits: { extensions: { pp_role: "web" } } }));
    expect(await traits()).toEqual({ extensions: { pp_role: "web" } });
  });
});

describe("the revision of groups", () => {
  it("changes with every group that is put, changed and removed", async () => {
    const groups = createGroups(house.db, testChecks);
    const seen = new Set<number>();
    const note = async () => seen.add((await registry().findAgent(aliasOf(name)))?.groupsRevision ?? Number.NaN);
    await note();
    await groups.put(groupOf("g"), "ann");
    await note();
    await groups.put(groupOf("g", { priority: 1 }), "ann");
    await note();
    await groups.remove("g");
    await note();
    expect(seen.size).toBe(4);
  });
});
