import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makePartitions } from "../partitions.js";
import { count, useDatabase } from "../store.test.helper.js";
import { houseOf, machine, said } from "./identity.test.helper.js";
import { MOST_QUARANTINED } from "./quarantine.js";

const database = useDatabase();
let house: ReturnType<typeof houseOf>;
beforeAll(async () => {
  house = houseOf(database.db);
  await makePartitions(database.db);
});
beforeEach(() => database.db.run("delete from nodes"));

/** A machine in use, and what one who looks just like it says. */
async function oneInUse() {
  const { name, address, serial } = machine();
  const evidence = [said("name", name), said("address", address, "observed"), said("serial", serial)];
  return {
    inUse: await house.knock({ family: "puppet", alias: `${name}.example.org`, name, evidence }),
    name,
    evidence,
  };
}

describe("an agent that its groups want to be looked at", () => {
  it("takes its node with it where it is alone there", async () => {
    const alone = await house.knock({ trust: "anonymous" });
    expect(await house.registry.quarantine(alone.agentId, "policy")).toBe(true);
    const node = await house.node(alone.nodeId);
    expect([node.state, node.stateBy, node.agents.length]).toEqual(["quarantined", "policy", 1]);
  });

  it("goes off to a node of its own where it joined a machine in use, which stays as it is", async () => {
    const { inUse, evidence } = await oneInUse();
    const joined = await house.knock({ trust: "anonymous", evidence });
    expect(joined.nodeId).toBe(inUse.nodeId);
    expect(await house.registry.quarantine(joined.agentId, "policy")).toBe(true);
    const left = await house.node(inUse.nodeId);
    expect([left.state, left.agents.map(({ id }) => id)]).toEqual(["active", [inUse.agentId]]);
    const own = (await house.registry.list({ limit: 10 }, { state: "quarantined" })).nodes;
    expect(own.map(({ agents }) => agents.map(({ id }) => id))).toEqual([[joined.agentId]]);
  });

  it("is no agent: nothing happens", async () => {
    expect(await house.registry.quarantine(randomUUID(), "policy")).toBe(false);
    expect(await house.registry.quarantine("nobody", "policy")).toBe(false);
  });
});

describe("a new agent that is to be looked at", () => {
  it("makes a node of its own, whatever it looks like, and people are asked whether it is the other", async () => {
    const { inUse, evidence } = await oneInUse();
    const held = await house.knock({ trust: "anonymous", evidence, quarantined: true });
    expect(held).toMatchObject({ created: true });
    expect(held.nodeId).not.toBe(inUse.nodeId);
    const node = await house.node(held.nodeId);
    expect([node.state, node.stateBy, node.agents.length]).toEqual(["quarantined", "enrolment", 1]);
    expect((await house.node(inUse.nodeId)).state).toBe("active");
    expect(await house.waits(held.nodeId)).toEqual([`unproven ${(await house.node(inUse.nodeId)).name}`]);
    const [decision] = await house.identity.decisions(held.nodeId);
    expect(decision).toMatchObject({
      decision: { outcome: "new", nodeId: null, conflicts: [{ nodeId: inUse.nodeId, kind: "unproven" }] },
    });
  });

  it("keeps nobody from the node that is theirs, however many there are that look like it", async () => {
    const { inUse, evidence } = await oneInUse();
    for (let n = 0; n < 25; n++) await house.knock({ trust: "anonymous", evidence, quarantined: true });
    expect(await house.knock({ evidence })).toMatchObject({ nodeId: inUse.nodeId });
  });

  it("hides nobody behind more of them than are looked at, though they were there first", async () => {
    const { name, address, serial } = machine();
    const evidence = [said("name", name), said("address", address, "observed"), said("serial", serial)];
    for (let n = 0; n < 65; n++) await house.knock({ trust: "anonymous", evidence, quarantined: true });
    const inUse = await house.knock({ family: "puppet", alias: `${name}.example.org`, name, evidence });
    expect(await house.knock({ evidence })).toMatchObject({ nodeId: inUse.nodeId });
  });

  it("is joined by nobody, and known by its state", async () => {
    const { name, address } = machine();
    const evidence = [said("name", name), said("address", address, "observed")];
    const held = await house.knock({ alias: name, trust: "anonymous", evidence, quarantined: true });
    const next = await house.knock({ family: "puppet", evidence });
    expect(next.nodeId).not.toBe(held.nodeId);
    expect(await house.waits(next.nodeId)).toEqual([`unproven ${(await house.node(held.nodeId)).name}`]);
    expect(await house.registry.findAgent({ family: "dsc", kind: "agentid", value: name })).toMatchObject({
      state: "quarantined",
      trust: "anonymous",
    });
  });

  it("stays there when it comes again, and who is known already does not go there", async () => {
    const alias = randomUUID();
    const { nodeId } = await house.knock({ alias, quarantined: true });
    expect(await house.knock({ alias })).toMatchObject({ nodeId, created: false });
    expect((await house.node(nodeId)).state).toBe("quarantined");
    await house.registry.setState(nodeId, "active", "ann");
    expect(await house.knock({ alias, quarantined: true })).toMatchObject({ nodeId, created: false });
    expect((await house.node(nodeId)).state).toBe("active");
  });

  it("is counted, and listed by its state", async () => {
    await house.knock({});
    const { nodeId } = await house.knock({ quarantined: true });
    expect((await house.registry.counts()).nodes).toEqual({ active: 1, expired: 0, deactivated: 0, quarantined: 1 });
    const { nodes } = await house.registry.list({ limit: 9 }, { state: "quarantined" });
    expect(nodes.map(({ id }) => id)).toEqual([nodeId]);
  });
});

describe("the room of the quarantine", () => {
  const fill = (size: number) =>
    database.db.run(
      "insert into nodes (name, state) select 'junk ' || n, 'quarantined' from generate_series(1, $1::int) n",
      [size],
    );
  const overloaded = { code: "overloaded", detail: expect.stringContaining("1000"), retryAfterSeconds: 3600 };

  it("ends at a thousand nodes, and nothing is kept of who comes then; others go in and out as ever", async () => {
    await fill(MOST_QUARANTINED - 1);
    const { nodeId } = await house.knock({ quarantined: true });
    await expect(house.knock({ quarantined: true })).rejects.toMatchObject(overloaded);
    expect([await count(database.db, "nodes"), await count(database.db, "agents")]).toEqual([MOST_QUARANTINED, 1]);
    expect(await house.knock({})).toMatchObject({ created: true });
    await house.registry.setState(nodeId, "active", "ann");
    expect(await house.knock({ quarantined: true })).toMatchObject({ created: true });
  });

  it("is not overrun by those that come at once", async () => {
    await fill(MOST_QUARANTINED - 3);
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => house.knock({ quarantined: true })));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    expect(await count(database.db, "nodes where state = 'quarantined'")).toBe(MOST_QUARANTINED);
  });

  it("is asked of nobody else: an enrolment goes on while somebody counts", async () => {
    await database.db.transaction(async (run) => {
      await run("select pg_advisory_xact_lock($1)", [0x71756172]);
      expect(await house.knock({})).toMatchObject({ created: true });
    });
  });

  it("is counted by an index of those that are not active", async () => {
    await database.db.run("insert into nodes (name) select 'active ' || n from generate_series(1, 5000) n");
    await fill(10);
    await database.db.run("analyze nodes");
    const plan = await database.db.run<{ "QUERY PLAN": string }>(
      "explain select from nodes where state = 'quarantined' limit 1000",
    );
    expect(plan.map((line) => line["QUERY PLAN"]).join("\n")).toContain("nodes_state");
  });
});

describe("an agent's trust", () => {
  it.each([
    ["certificate", "anonymous", "certificate"],
    ["anonymous", "key", "key"],
    ["key", "secret", "secret"],
    ["secret", "key", "secret"],
    ["secret", "certificate", "certificate"],
    ["operator", "certificate", "operator"],
  ] as const)("of %s stays at its best when it comes with %s", async (before, now, after) => {
    const alias = randomUUID();
    await house.knock({ alias, trust: before });
    await house.knock({ alias, trust: now });
    expect(await house.registry.findAgent({ family: "dsc", kind: "agentid", value: alias })).toMatchObject({
      trust: after,
    });
  });
});
