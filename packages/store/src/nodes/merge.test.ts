import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createFacts } from "../facts/facts.js";
import { makePartitions } from "../partitions.js";
import { count, useDatabase } from "../store.test.helper.js";
import { createSubmissions } from "../submissions/accept.js";
import { createInbox } from "../submissions/inbox.js";
import { drain, LIMITS, say } from "../submissions/reporting.test.helper.js";
import { houseOf, machine, said } from "./identity.test.helper.js";

const database = useDatabase();
let house: ReturnType<typeof houseOf>;
beforeAll(async () => {
  await makePartitions(database.db);
});
beforeEach(() => {
  house = houseOf(database.db);
});

/** Two nodes, each with an agent, labels, settings and evidence of its own. */
async function pair() {
  const [first, second] = [machine(), machine()];
  const a = await house.knock({ evidence: [said("name", first.name), said("serial", first.serial)] });
  const b = await house.knock({
    family: "puppet",
    evidence: [said("name", second.name), said("serial", second.serial)],
  });
  await house.registry.label(a.nodeId, { site: "berlin", both: "a" });
  await house.registry.label(b.nodeId, { role: "web", both: "b", __proto__x: "y" });
  await house.registry.setSetting(a.nodeId, "s.both", { a: 1 });
  await house.registry.setSetting(b.nodeId, "s.both", { b: 1 });
  await house.registry.setSetting(b.nodeId, "s.only", [1, "x"]);
  const facts = createFacts(database.db);
  await facts.put(a.nodeId, "dsc", { os: { version: "a" } }, new Date());
  await facts.put(b.nodeId, "puppet", { os: { version: "b" } }, new Date());
  return { first, second, a, b };
}

const refusal = (about: string) => ({ code: "conflict", message: expect.stringContaining(about) });

describe("merge", () => {
  it("takes a node into another: agents, evidence, labels and settings, of which the other's own win", async () => {
    const { first, second, a, b } = await pair();
    const change = await house.identity.merge(a.nodeId, b.nodeId.toUpperCase(), "ann");
    expect(change).toMatchObject({
      kind: "merge",
      by: "ann",
      node: { id: a.nodeId, name: first.name },
      other: { id: b.nodeId, name: second.name },
      agents: [b.agentId],
      undoneAt: null,
    });
    const node = await house.node(a.nodeId);
    expect(node).toMatchObject({ name: first.name, state: "active" });
    expect(node.agents.map(({ id }) => id).toSorted()).toEqual([a.agentId, b.agentId].toSorted());
    expect(node.labels).toEqual({ site: "berlin", both: "a", role: "web", __proto__x: "y" });
    expect(node.settings).toEqual({ "s.both": { a: 1 }, "s.only": [1, "x"] });
    expect(node.evidence.map(({ value }) => value).toSorted()).toEqual(
      [first.name, first.serial, second.name, second.serial].toSorted(),
    );
    const decisions = await house.identity.decisions(a.nodeId);
    expect(decisions.find(({ agentId }) => agentId === b.agentId)).toMatchObject({
      by: "ann",
      decision: null,
      changeId: change.id,
    });
    const sources = (await createFacts(database.db).of(a.nodeId)).map(({ source }) => source);
    expect(sources).toEqual(["dsc", "puppet"]);
  });

  it("leaves the other's id leading to the one that is left, also over several", async () => {
    const { a, b } = await pair();
    const { nodeId: last } = await house.knock({ name: "last" });
    await house.identity.merge(a.nodeId, b.nodeId, "ann");
    await house.identity.merge(last, a.nodeId, "ann");
    for (const id of [a.nodeId, b.nodeId, b.nodeId.toUpperCase()]) expect((await house.node(id)).id).toBe(last);
    await house.registry.purge(last);
    expect(await house.registry.find(b.nodeId)).toEqual([]);
    expect(await count(database.db, "identity_changes where node_id in ($1, $2)", [a.nodeId, last])).toBe(0);
  });

  it("is seen by the routers at once", async () => {
    const { a, b } = await pair();
    const [agent] = (await house.node(b.nodeId)).agents;
    const alias = agent?.aliases[0] ?? { family: "puppet", kind: "certname", value: "" };
    expect((await house.registry.recentAgent(alias))?.nodeId).toBe(b.nodeId);
    await house.identity.merge(a.nodeId, b.nodeId, "ann");
    expect((await house.registry.recentAgent(alias))?.nodeId).toBe(a.nodeId);
  });

  it("keeps what agents handed in, also what still waits", async () => {
    const { a, b } = await pair();
    const submissions = createSubmissions(database.db);
    const inbox = createInbox(database.db);
    const accept = (run: string) => submissions.accept({ agentId: b.agentId, kind: "test", body: say({ run }) });
    await accept("before");
    await drain(inbox);
    await accept("waits");
    await house.identity.merge(a.nodeId, b.nodeId, "ann");
    await drain(inbox);
    await inbox.close();
    const runs = await database.db.run<{ run: string }>(
      "select r.run from reports r join agents g on g.id = r.agent_id where g.node_id = $1 order by r.id",
      [a.nodeId],
    );
    expect(runs.map(({ run }) => run)).toEqual(["before", "waits"]);
    expect(await count(database.db, "dead_letters")).toBe(0);
  });

  it("is refused while one of its agents is being processed, and then changes nothing", async () => {
    const { a, b } = await pair();
    await createSubmissions(database.db).accept({ agentId: b.agentId, kind: "test", body: say({ run: "r" }) });
    const inbox = createInbox(database.db);
    const claim = await inbox.claim(LIMITS);
    const before = [await house.rows(a.nodeId), await house.rows(b.nodeId)];
    await expect(house.identity.merge(a.nodeId, b.nodeId, "ann")).rejects.toMatchObject(refusal("being processed"));
    expect([await house.rows(a.nodeId), await house.rows(b.nodeId)]).toEqual(before);
    await claim?.release();
    await drain(inbox);
    await inbox.close();
    await house.identity.merge(a.nodeId, b.nodeId, "ann");
  });

  it("is refused where it means nothing, or would bring back what is out of service", async () => {
    const { a, b } = await pair();
    const before = [await house.rows(a.nodeId), await house.rows(b.nodeId)];
    await expect(house.identity.merge(a.nodeId, a.nodeId, "ann")).rejects.toMatchObject(refusal("one node already"));
    await expect(house.identity.merge(a.nodeId, randomUUID(), "ann")).rejects.toMatchObject({ code: "not-found" });
    expect([await house.rows(a.nodeId), await house.rows(b.nodeId)]).toEqual(before);
    await house.registry.setState(b.nodeId, "deactivated", "bob");
    for (const [into, from] of [
      [a, b],
      [b, a],
    ] as const)
      await expect(house.identity.merge(into.nodeId, from.nodeId, "ann")).rejects.toMatchObject(refusal("deactivated"));
  });

  it("is refused where there would be too many labels", async () => {
    const { a, b } = await pair();
    const many = (letter: string) => Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${letter}${i}`, "v"]));
    await house.registry.label(a.nodeId, many("a"));
    await house.registry.label(b.nodeId, many("b"));
    await expect(house.identity.merge(a.nodeId, b.nodeId, "ann")).rejects.toMatchObject(refusal("64 labels"));
  });

  it("answers the question that waited about the two, and hands on those about others", async () => {
    const { name } = machine();
    const [one, two, three] = [
      await house.knock({ evidence: [said("name", name)] }),
      await house.knock({ evidence: [said("name", name)] }),
      await house.knock({ evidence: [said("name", name)] }),
    ];
    expect(await house.waits(one.nodeId)).toHaveLength(2);
    const change = await house.identity.merge(one.nodeId, two.nodeId, "ann");
    expect(await house.waits(one.nodeId)).toHaveLength(1);
    expect(await house.waits(three.nodeId)).toHaveLength(1);
    await house.identity.undo(change.id, "ann");
    for (const { nodeId } of [one, two, three]) expect(await house.waits(nodeId)).toHaveLength(2);
  });

  it("of two nodes both ways at once is done once", async () => {
    const { a, b } = await pair();
    const results = await Promise.allSettled([
      house.identity.merge(a.nodeId, b.nodeId, "ann"),
      house.identity.merge(b.nodeId, a.nodeId, "bob"),
    ]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect((await house.node(a.nodeId)).agents).toHaveLength(2);
  });

  it("and agents that come meanwhile do not lose each other", async () => {
    const { a, b, second } = await pair();
    const evidence = [
      said("name", second.name),
      said("serial", second.serial),
      said("address", "10.5.5.5", "observed"),
    ];
    const [agent] = (await house.node(b.nodeId)).agents;
    const alias = agent?.aliases[0]?.value ?? "";
    const again = { family: "puppet", alias, evidence } as const;
    const results = await Promise.all([
      house.knock(again),
      house.identity.merge(a.nodeId, b.nodeId, "ann"),
      house.knock(again),
      house.knock({ family: "inventory", trust: "certificate", evidence }),
    ]);
    expect(results[2]).toMatchObject({ agentId: b.agentId });
    expect((await house.node(alias)).id).toBe(a.nodeId);
    const { agents } = await house.node(a.nodeId);
    expect(agents.map(({ family }) => family).toSorted()).toEqual(["dsc", "inventory", "puppet"]);
  });
});

describe("a merge undone", () => {
  it("leaves both nodes exactly as they were", async () => {
    const { a, b } = await pair();
    const before = [await house.rows(a.nodeId), await house.rows(b.nodeId)];
    const change = await house.identity.merge(a.nodeId, b.nodeId, "ann");
    expect(await house.identity.undo(change.id, "bob")).toMatchObject({ id: change.id, undoneBy: "bob" });
    expect([await house.rows(a.nodeId), await house.rows(b.nodeId)]).toEqual(before);
    expect((await house.node(b.nodeId)).id).toBe(b.nodeId);
    await expect(house.identity.undo(change.id, "bob")).rejects.toMatchObject(refusal("undone already, by bob"));
    const { changes } = await house.identity.changes({ limit: 10 }, { nodeId: b.nodeId });
    expect(changes).toMatchObject([{ id: change.id, undoneBy: "bob" }]);
  });

  it("gives both their facts again where the two had some of one source", async () => {
    const facts = createFacts(database.db);
    const [a, b] = [await house.knock({ evidence: [] }), await house.knock({ evidence: [] })];
    for (const [n, { nodeId }] of [a, b].entries()) await facts.put(nodeId, "dsc", { n }, new Date());
    const before = [await house.rows(a.nodeId), await house.rows(b.nodeId)];
    const change = await house.identity.merge(a.nodeId, b.nodeId, "ann");
    expect((await facts.of(a.nodeId)).map((each) => each.facts)).toEqual([{ n: 0 }]);
    await house.identity.undo(change.id, "bob");
    expect([await house.rows(a.nodeId), await house.rows(b.nodeId)]).toEqual(before);
  });

  it("gives neither node a revision that it had", async () => {
    const { a, b } = await pair();
    const revision = async (nodeId: string) => {
      const [row] = await database.db.run<{ revision: string }>("select revision from nodes where id = $1", [nodeId]);
      return Number(row?.revision);
    };
    const before = [await revision(a.nodeId), await revision(b.nodeId)];
    const change = await house.identity.merge(a.nodeId, b.nodeId, "ann");
    await house.identity.undo(change.id, "bob");
    expect(await revision(a.nodeId)).toBeGreaterThan(Math.max(...before));
    expect(await revision(b.nodeId)).toBeGreaterThan(Math.max(...before));
  });

  it("is seen by whoever knows the node's revision, also where nothing but the id came and went", async () => {
    const { nodeId } = await house.knock({});
    const [bare] = await database.db.run<{ id: string }>("insert into nodes (name) values ('bare') returning id");
    const seen = new Set<string>();
    const look = async () => {
      const [row] = await database.db.run<{ revision: string }>("select revision from nodes where id = $1", [nodeId]);
      seen.add(row?.revision ?? "");
    };
    await look();
    const change = await house.identity.merge(nodeId, bare?.id ?? "", "ann");
    await look();
    await house.identity.undo(change.id, "ann");
    await look();
    expect(seen.size).toBe(3);
  });

  it("leaves what was changed since: a label that got another value, an agent that came", async () => {
    const { a, b } = await pair();
    const change = await house.identity.merge(a.nodeId, b.nodeId, "ann");
    await house.registry.label(a.nodeId, { role: "db", fresh: "1" });
    await house.identity.undo(change.id, "ann");
    expect((await house.node(a.nodeId)).labels).toEqual({ site: "berlin", both: "a", role: "db", fresh: "1" });
    expect((await house.node(b.nodeId)).labels).toEqual({ role: "web", both: "b", __proto__x: "y" });
  });

  it("is refused with the reason where later changes stand against it", async () => {
    const { a, b } = await pair();
    const { nodeId: last } = await house.knock({ name: "last" });
    const first = await house.identity.merge(a.nodeId, b.nodeId, "ann");
    const second = await house.identity.merge(last, a.nodeId, "ann");
    await expect(house.identity.undo(first.id, "ann")).rejects.toMatchObject(refusal("undo that first"));
    await house.identity.undo(second.id, "ann");
    const split = await house.identity.split(a.nodeId, [b.agentId], "ann");
    await expect(house.identity.undo(first.id, "ann")).rejects.toMatchObject(refusal("gone elsewhere"));
    await house.identity.undo(split.id, "ann");
    await house.registry.setState(a.nodeId, "deactivated", "ann");
    await expect(house.identity.undo(first.id, "ann")).rejects.toMatchObject(refusal("deactivated"));
    await house.registry.setState(a.nodeId, "active", "ann");
    expect(await house.identity.undo(first.id, "ann")).toBeDefined();
    expect(await house.identity.undo("999999", "ann")).toBeUndefined();
  });
});
