import type { KnownAgent } from "@gatehouse/core/nodes";
import { beforeEach, describe, expect, it } from "vitest";
import { createFacts } from "../facts/facts.js";
import { createGroups } from "../groups/groups.js";
import { groupOf, testChecks } from "../groups/groups.test.helper.js";
import { createNodeIdentity } from "../nodes/identity.js";
import { createNodeRegistry } from "../nodes/registry.js";
import { aliasOf, enrolmentOf, useDatabase } from "../store.test.helper.js";
import { createAssignments } from "./assignments.js";

const house = useDatabase();
const registry = () => createNodeRegistry(house.db);
const groups = () => createGroups(house.db, testChecks);
const NOBODY = "00000000-0000-4000-8000-000000000000";

/** A replica of its own, with the statements that it sends. */
function replica() {
  const sent: string[] = [];
  const db: Pick<typeof house.db, "read"> = {
    read: (statement, values) => {
      sent.push(statement.name);
      return house.db.read(statement, values);
    },
  };
  return { sent, assignments: createAssignments(db, registry(), testChecks) };
}

const known = async (name: string): Promise<KnownAgent> => {
  const agent = await registry().findAgent(aliasOf(name));
  if (agent === undefined) throw new Error(`no agent ${name}`);
  return agent;
};
const label = (key: string, value: string) => ({ field: `labels.${key}`, eq: value });
const settings = (word: string) => ({ "x.names": [word], "x.list": [word] });

let n = 0;
let name = "";
let nodeId = "";
beforeEach(async () => {
  await house.db.run("delete from groups");
  name = `assigned ${++n}`;
  ({ nodeId } = await registry().enrol(enrolmentOf(name, { nodeName: name })));
  await groups().change(
    {
      put: [
        groupOf("base", { settings: settings("base") }),
        groupOf("web", { rule: label("role", "web"), priority: 5, settings: settings("web") }),
        groupOf("listed", {
          rule: { not: { everything: true } },
          nodes: [name.toUpperCase()],
          priority: 9,
          parent: "web",
          settings: settings("listed"),
        }),
      ],
    },
    "ann",
  );
});

describe("a list of ids", () => {
  it("takes no node that is only called like one of them", async () => {
    const vault = groupOf("vault", { nodes: [nodeId], settings: settings("vault"), priority: 99 });
    await groups().put({ ...vault, rule: { not: { everything: true } } }, "ann");
    const posing = await registry().enrol(enrolmentOf(`posing ${n}`, { nodeName: nodeId.toUpperCase() }));
    const { assignments } = replica();
    const given = async (agent: string) => (await assignments.of(await known(agent)))["x.names"];
    expect([await given(name), await given(`posing ${n}`)]).toEqual([["vault"], ["base"]]);
    const members = await assignments.members("vault", { limit: 10 });
    expect(members?.nodes.map(({ id }) => id)).toEqual([nodeId]);
    // The same of a rule that cannot go by an index.
    const rule = { field: "reference", prefix: nodeId } as const;
    const { nodes } = await registry().list({ limit: 10 }, { where: rule });
    expect(nodes.map(({ id }) => id)).toEqual([nodeId]);
    await groups().put({ ...vault, nodes: [], rule }, "ann");
    expect([await given(name), await given(`posing ${n}`)]).toEqual([["vault"], ["base"]]);
    await registry().purge(posing.nodeId);
  });

  it("follows a node into the one that it was merged into, over several, and back", async () => {
    const identity = createNodeIdentity(house.db, () => undefined);
    const others = ["first", "second"].map((word) => `${word} ${n}`);
    const [first, second] = await Promise.all(others.map((other) => registry().enrol(enrolmentOf(other))));
    const ids = { first: first?.nodeId ?? "", second: second?.nodeId ?? "" };
    const vault = groupOf("vault", { nodes: [ids.first], settings: settings("vault"), priority: 99 });
    const glob = { field: "reference", glob: `${ids.first.slice(0, -1)}?` };
    const lists = [{ ...vault, rule: { not: { everything: true } } } as const, { ...vault, nodes: [], rule: glob }];
    const { assignments } = replica();
    const given = async (agent: string) => (await assignments.of(await known(agent)))["x.names"];
    const all = async () => {
      const found = await assignments.members("vault", { limit: 10 });
      return [await given(name), ...(await Promise.all(others.map(given))), found?.nodes.map(({ id }) => id)];
    };
    for (const list of lists) {
      await groups().put(list, "ann");
      const before = [["base"], ["vault"], ["base"], [ids.first]];
      expect(await all()).toEqual(before);
      const one = await identity.merge(ids.second, ids.first, "ann");
      expect(await all()).toEqual([["base"], ["vault"], ["vault"], [ids.second]]);
      const two = await identity.merge(nodeId, ids.second, "ann");
      expect(await all()).toEqual([["vault"], ["vault"], ["vault"], [nodeId]]);
      await identity.undo(two.id, "ann");
      expect(await all()).toEqual([["base"], ["vault"], ["vault"], [ids.second]]);
      await identity.undo(one.id, "ann");
      expect(await all()).toEqual(before);
    }
  });

  it("has nothing for an agent that would be called by the id of a node that was merged", async () => {
    const identity = createNodeIdentity(house.db, () => undefined);
    const gone = await registry().enrol(enrolmentOf(`gone ${n}`));
    const change = await identity.merge(nodeId, gone.nodeId, "ann");
    await expect(registry().enrol(enrolmentOf(gone.nodeId))).rejects.toMatchObject({ code: "forbidden" });
    await identity.undo(change.id, "ann");
    await expect(registry().enrol(enrolmentOf(gone.nodeId))).rejects.toMatchObject({ code: "forbidden" });
    await registry().purge(gone.nodeId);
    expect(await registry().enrol(enrolmentOf(gone.nodeId))).toMatchObject({ created: true });
  });

  it("has nothing for an agent that would be called by the id of a node", async () => {
    await expect(registry().enrol(enrolmentOf(nodeId.toUpperCase()))).rejects.toMatchObject({ code: "forbidden" });
    expect(await registry().findAgent(aliasOf(nodeId))).toBeUndefined();
  });
});

describe("Assignments.of", () => {
  it("gives what the groups and the hand give, at once after each change, on every replica", async () => {
    const replicas = [replica(), replica()];
    const names = async () => {
      const agent = await known(name);
      const found = await Promise.all(replicas.map(({ assignments }) => assignments.of(agent)));
      expect(found[0]).toEqual(found[1]);
      return found[0]?.["x.names"];
    };
    expect(await names()).toEqual(["base"]);
    await registry().label(nodeId, { role: "web" });
    expect(await names()).toEqual(["listed"]);
    await groups().remove("listed");
    expect(await names()).toEqual(["web"]);
    await groups().put(
      groupOf("web", { rule: { field: "facts.os.family", eq: "x" }, priority: 5, settings: settings("facts") }),
      "ann",
    );
    expect(await names()).toEqual(["base"]);
    await createFacts(house.db).put(nodeId, "puppet", { os: { family: "x" } }, new Date());
    expect(await names()).toEqual(["facts"]);
    await registry().setSetting(nodeId, "x.names", ["hand"]);
    expect(await names()).toEqual(["hand"]);
    expect((await replicas[0]?.assignments.of(await known(name)))?.["x.list"]).toEqual(["facts", "base"]);
  });

  it("says where groups of one priority do not agree, as an explanation does", async () => {
    await groups().put(groupOf("a", { settings: { "x.agreed": { k: 1, same: [2] } } }), "ann");
    await groups().put(groupOf("b", { settings: { "x.agreed": { k: 2, same: [2] } } }), "ann");
    const { assignments } = replica();
    const conflicts = [{ setting: "x.agreed", path: ["k"], groups: ["a", "b"] }];
    const found = await assignments.resolved(await known(name));
    expect(found).toMatchObject({ settings: { "x.agreed": { k: 1, same: [2] } }, conflicts });
    const explained = (await assignments.explain(nodeId))?.settings.find(({ setting }) => setting === "x.agreed");
    expect(explained?.conflicts).toEqual(conflicts);
  });

  it("tells what it will be with facts that are on their way, and remembers nothing of that", async () => {
    const rule = { field: "facts.os.family", eq: "new" };
    await groups().put(groupOf("by facts", { rule, priority: 50, settings: settings("facts") }), "ann");
    await createFacts(house.db).put(nodeId, "puppet", { os: { family: "old" } }, new Date());
    await createFacts(house.db).put(nodeId, "dsc", { os: { family: "other" } }, new Date());
    const { assignments } = replica();
    const agent = await known(name);
    const names = async (family?: string) => {
      const saying = family === undefined ? undefined : { source: "puppet", facts: { os: { family } } };
      return (await assignments.resolved(agent, saying)).settings["x.names"];
    };
    expect(await names()).toEqual(["base"]);
    expect(await names("new")).toEqual(["facts"]);
    expect(await names()).toEqual(["base"]);
    // What other sources say counts besides.
    await groups().put(
      groupOf("by facts", { rule: { ...rule, eq: "other" }, priority: 50, settings: settings("dsc") }),
      "ann",
    );
    const later = await known(name);
    expect((await assignments.resolved(later, { source: "puppet", facts: {} })).settings["x.names"]).toEqual(["dsc"]);
    expect((await assignments.resolved(later, { source: "dsc", facts: {} })).settings["x.names"]).toEqual(["base"]);
  });

  it("asks the database nothing for a node that did not change", async () => {
    const { sent, assignments } = replica();
    const first = await assignments.of(await known(name));
    expect(sent).toEqual(["nodes.subject", "groups.load"]);
    expect(await assignments.of(await known(name))).toBe(first);
    expect(sent).toHaveLength(2);
    const other = await registry().enrol(enrolmentOf(`${name} too`));
    await assignments.of({ ...(await known(`${name} too`)), nodeId: other.nodeId });
    // The groups are known already.
    expect(sent).toEqual(["nodes.subject", "groups.load", "nodes.subject"]);
  });

  it("gives nothing for a node that is gone meanwhile", async () => {
    const agent = await known(name);
    await registry().purge(nodeId);
    expect(await replica().assignments.of(agent)).toEqual({});
    expect(await replica().assignments.resolved(agent, { source: "puppet", facts: {} })).toEqual({
      settings: {},
      conflicts: [],
    });
  });

  it("sees every kind of thing that a rule can ask for", async () => {
    await registry().enrol(
      enrolmentOf(name, {
        nodeName: name,
        evidence: [{ kind: "mac", value: "aa:bb" }],
        traits: {
          version: "2.1",
          tags: ["t"],
          installedTasks: ["i"],
          enabledTasks: ["e"],
          extensions: { pp_role: "r" },
        },
      }),
    );
    const all = {
      and: [
        { field: "name", eq: name },
        { field: "state", eq: "active" },
        { field: "protocol", eq: "dsc" },
        { field: "alias.agentid", eq: name },
        { field: "evidence.mac", eq: "aa:bb" },
        { field: "agent.version", versionGt: "2" },
        { field: "tag", eq: "t" },
        { field: "task.installed", eq: "i" },
        { field: "task.enabled", eq: "e" },
        { field: "extension.pp_role", eq: "r" },
        { field: "reference", in: [nodeId] },
      ],
    };
    await groups().put(groupOf("all", { rule: all, priority: 50, settings: settings("all") }), "ann");
    const { assignments } = replica();
    expect((await assignments.of(await known(name)))["x.names"]).toEqual(["all"]);
    expect(await assignments.members("all", { limit: 5 })).toMatchObject({ total: 1, nodes: [{ id: nodeId }] });
  });
});

describe("Assignments.explain", () => {
  it("says what a check-in gets, and why", async () => {
    await registry().label(nodeId, { role: "web" });
    const { assignments } = replica();
    const said = await assignments.explain(nodeId);
    expect(Object.fromEntries(said?.settings.map((one) => [one.setting, one.value]) ?? [])).toEqual(
      await assignments.of(await known(name)),
    );
    expect(said?.settings[0]).toMatchObject({
      setting: "x.list",
      from: [{ group: "listed" }, { group: "web" }, { group: "base" }],
    });
    expect(said?.groups.map(({ group, matches }) => [group, matches])).toEqual([
      ["listed", true],
      ["web", true],
      ["base", true],
    ]);
  });

  it("knows no node that is not there", async () => {
    expect([await replica().assignments.explain(NOBODY), await replica().assignments.explain("x")]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe("Assignments.members and test", () => {
  beforeEach(async () => {
    await house.db.run("delete from nodes");
    for (const [node, role] of [
      ["c", "web"],
      ["a", "web"],
      ["b", "db"],
    ] as const) {
      const made = await registry().enrol(enrolmentOf(`${node} of ${name}`, { nodeName: node }));
      await registry().label(made.nodeId, { role });
    }
  });
  const namesIn = (page: { nodes: readonly { name: string }[] } | undefined) => page?.nodes.map((node) => node.name);

  it("lists the members of a group, page by page, and those of no other", async () => {
    const { assignments } = replica();
    const first = await assignments.members("WEB", { limit: 1 });
    expect([namesIn(first), first?.total]).toEqual([["a"], 2]);
    const second = await assignments.members("web", { limit: 1, after: first?.next ?? "" });
    expect([namesIn(second), second?.next]).toEqual([["c"], null]);
    expect(await assignments.members("listed", { limit: 9 })).toMatchObject({ total: 0, nodes: [] });
    expect(await assignments.members("nobody", { limit: 9 })).toBeUndefined();
    await expect(assignments.members("web", { limit: 1, after: "foreign" })).rejects.toMatchObject({
      code: "request-malformed",
    });
  });

  it("tries a draft, under a parent too, and changes nothing", async () => {
    const { assignments } = replica();
    const draft = { rule: { field: "name", in: ["a", "b"] }, nodes: ["C"] };
    expect(namesIn(await assignments.test(draft, { limit: 9 }))).toEqual(["a", "b", "c"]);
    expect(namesIn(await assignments.test({ ...draft, parent: "Web" }, { limit: 9 }))).toEqual(["a", "c"]);
    expect(await groups().list()).toHaveLength(3);
  });

  it("refuses a draft that does not fit", async () => {
    const { assignments } = replica();
    await expect(assignments.test({ rule: { field: "x", eq: 1 } }, { limit: 9 })).rejects.toMatchObject({
      code: "request-malformed",
      message: expect.stringContaining("/rule/field"),
    });
    await expect(assignments.test({}, { limit: 9 })).rejects.toMatchObject({ code: "request-malformed" });
    await expect(assignments.test({ nodes: ["a"], parent: "nobody" }, { limit: 9 })).rejects.toMatchObject({
      code: "not-found",
    });
  });
});
