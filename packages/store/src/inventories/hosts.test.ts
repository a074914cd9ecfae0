import type { Evidence } from "@gatehouse/core/nodes";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createHistory } from "../history/history.js";
import { houseOf, said } from "../nodes/identity.test.helper.js";
import { createNodeLifeCycle } from "../nodes/life-cycle.js";
import { makePartitions } from "../partitions.js";
import { count, useDatabase } from "../store.test.helper.js";
import { inventory, tell } from "./inventories.test.helper.js";

const database = useDatabase();
let house: ReturnType<typeof houseOf>;
let collector: { agentId: string; nodeId: string };
const UUID = "4c4c4544-0051-3610-8052-c8c04f4e4232";
beforeAll(async () => {
  await makePartitions(database.db);
  house = houseOf(database.db);
});
beforeEach(async () => {
  await database.db.run("delete from nodes");
  await database.db.run("delete from identity_changes");
  collector = await house.knock({
    family: "inventory",
    evidence: [said("name", "collector"), said("serial", "SER-COLL-1")],
  });
});

const host = (name: string, evidence: readonly Evidence[], more: object = {}) =>
  inventory(
    { bios: { ssn: name }, softwares: [{ name: "esx" }] },
    { of: "collected", deviceId: name, name, evidence, ...more },
  );
const collect = (...facts: ReturnType<typeof inventory>[]) =>
  tell(database.db, ...facts.map((fact) => [collector.agentId, fact] as const));
const hosts = () =>
  database.db.run<{ id: string; nodeId: string; node: string; device: string }>(
    `select i.id, n.id as "nodeId", n.name as node, i.device_id as device from inventories i join nodes n on n.id = i.node_id
     where is_collected order by device_id`,
  );
/** Everything of the collector's own. */
const own = () => house.rows(collector.nodeId);

describe("a host that an agent collected", () => {
  it("is a node of its own without an agent, found again by its name, and leaves the collector as it is", async () => {
    const before = await own();
    await collect(host("esx1", [said("name", "esx1"), said("uuid", UUID)]));
    await collect(host("esx1", [said("name", "esx1"), said("uuid", UUID)]));
    const [esx] = await hosts();
    expect(await hosts()).toHaveLength(1);
    expect(await own()).toBe(before);
    const node = await house.node(esx?.nodeId ?? "");
    expect([node.name, node.agents, node.evidence]).toEqual([
      "esx1",
      [],
      [
        { kind: "name", value: "esx1" },
        { kind: "uuid", value: UUID },
      ],
    ]);
    // Who said it is told with it.
    const [evidence] = await house.identity.evidence(node.id);
    expect([evidence?.agentId, evidence?.trust]).toEqual([collector.agentId, "key"]);
  });

  it("is found by what is burnt into it under another name, and its node is called by that", async () => {
    await collect(host("old", [said("name", "old"), said("serial", "ESX-77-1")]));
    await collect(host("new", [said("name", "new"), said("serial", "ESX-77-1")]));
    expect((await hosts()).map(({ node, device }) => `${node} ${device}`)).toEqual(["new new"]);
  });

  it("is another one under the same name where what is burnt into it is other", async () => {
    await collect(
      host("same", [said("name", "same"), said("serial", "ESX-77-1")]),
      host("same", [said("name", "same"), said("serial", "ESX-77-2")]),
      host("same", [said("name", "same"), said("serial", "ESX-77-1")]),
    );
    const found = await hosts();
    expect([found.length, new Set(found.map(({ nodeId }) => nodeId)).size]).toEqual([2, 2]);
  });

  it("belongs to the node whose agent runs on it", async () => {
    const there = await house.knock({ evidence: [said("name", "WEB01"), said("uuid", UUID)] });
    await collect(host("web01", [said("name", "web01"), said("uuid", UUID)]));
    const [found] = await hosts();
    expect(found?.nodeId).toBe(there.nodeId);
    expect((await house.node(there.nodeId)).name).toBe("WEB01");
    expect(await database.db.run("select decision ->> 'outcome' as outcome from inventories")).toEqual([
      { outcome: "join" },
    ]);
  });

  it("is what a later agent on it is compared with, and people are asked", async () => {
    await collect(host("web01", [said("name", "web01"), said("uuid", UUID)]));
    const [found] = await hosts();
    const came = await house.knock({ evidence: [said("name", "WEB01"), said("uuid", UUID)] });
    expect(came.nodeId).not.toBe(found?.nodeId);
    expect(await house.waits(came.nodeId)).toEqual(["unproven web01"]);
  });

  it("has its changes shown on its own node, and not on the collector's", async () => {
    await collect(host("esx1", []));
    await collect(inventory({ bios: { ssn: "other" } }, { of: "collected", deviceId: "esx1" }));
    const [esx] = await hosts();
    const changes = async (id: string) =>
      (await createHistory(database.db).of(id, { limit: 10 })).changes.map(({ path }) => path).toSorted();
    expect([await changes(esx?.nodeId ?? ""), await changes(collector.nodeId)]).toEqual([["bios", "softwares"], []]);
  });

  it("keeps its name and evidence where it was told in full, whatever is seen of it from outside", async () => {
    const serial = said("serial", "SER-SW-1");
    await collect(host("192.0.2.9", [said("address", "192.0.2.9")], { scope: "discovery" }));
    await collect(host("192.0.2.9", [said("name", "sw1"), said("address", "192.0.2.9"), serial], { name: "sw1" }));
    const [before] = await hosts();
    await collect(host("192.0.2.9", [said("name", "dns9"), serial], { name: "dns9", scope: "discovery" }));
    expect(await hosts()).toEqual([before]);
    const { name, evidence } = await house.node(before?.nodeId ?? "");
    expect([name, evidence.map(({ value }) => value).toSorted()]).toEqual(["sw1", ["192.0.2.9", "SER-SW-1", "sw1"]]);
  });

  it("was seen when it was told of", async () => {
    await collect(host("esx1", [said("serial", "SER-ESX-1")]));
    const notSeen = async (since: Date) =>
      (await house.registry.list({ limit: 10 }, { notSeenSince: since })).nodes.map(({ name }) => name);
    expect(await notSeen(new Date(Date.now() - 60_000))).toEqual([]);
    expect(await notSeen(new Date(Date.now() + 60_000))).toContain("esx1");
  });

  it("ages by when it was told of, and comes back", async () => {
    await collect(host("esx1", []));
    const [esx] = await hosts();
    const state = async () => (await house.node(esx?.nodeId ?? "")).state;
    const cycle = createNodeLifeCycle(database.db, house.registry.purge);
    await database.db.run(
      "update nodes set created_at = now() - interval '2 days', state_since = now() - interval '2 days'",
    );
    await cycle.expire(3600);
    expect(await state()).toBe("active");
    await database.db.run("update inventories set seen_at = now() - interval '2 days'");
    await cycle.expire(3600);
    expect(await state()).toBe("expired");
    await collect(host("esx1", []));
    expect(await state()).toBe("active");
  });
});

describe("what is said under an agent's own name", () => {
  const mine = [said("name", "collector"), said("serial", "SER-COLL-1")];

  it("is its own where nothing speaks for another machine", async () => {
    await collect(inventory({ bios: "a" }, { of: "unsure", evidence: mine }));
    await collect(inventory({ bios: "b" }, { of: "unsure", evidence: [said("name", "renamed")] }));
    expect([await count(database.db, "inventories"), await hosts()]).toEqual([1, []]);
  });

  it("is another machine's where what is burnt in is other; with the same name people are asked, and nothing is taken", async () => {
    await collect(inventory({ bios: "mine" }, { of: "unsure", evidence: mine }));
    const before = await own();
    await collect(
      inventory(
        { bios: "theirs" },
        { of: "unsure", evidence: [said("name", "collector"), said("serial", "SER-COPY-2")] },
      ),
    );
    const [copy] = await hosts();
    expect(copy?.nodeId).not.toBe(collector.nodeId);
    expect(await own()).toBe(before);
    expect(await house.waits(collector.nodeId)).toEqual(["clone collector"]);
    expect(
      await count(
        database.db,
        "audit_events where action = 'identity.conflict' and detail ->> 'kind' = 'clone' and subject = $1",
        [copy?.nodeId],
      ),
    ).toBe(1);
    expect(await count(database.db, "inventories where not is_collected and node_id = $1", [collector.nodeId])).toBe(1);
  });

  it("is a host that it looked at where nothing but the way is the same: nobody is asked", async () => {
    await collect(inventory({ bios: "mine" }, { of: "unsure", evidence: mine }));
    await collect(
      inventory(
        { bios: "far" },
        { of: "unsure", name: "far", evidence: [said("name", "far"), said("serial", "SER-FAR-3")] },
      ),
    );
    expect((await hosts()).map(({ node }) => node)).toEqual(["far"]);
    expect(await house.waits(collector.nodeId)).toEqual([]);
  });

  it("is told apart also where both come in one batch, before anything is known", async () => {
    const { agentId } = await house.knock({ family: "inventory", evidence: [said("name", "fresh")] });
    await tell(
      database.db,
      [agentId, inventory({ bios: "mine" }, { of: "unsure", evidence: [said("serial", "SER-NEW-1")] })],
      [agentId, inventory({ bios: "far" }, { of: "unsure", name: "far", evidence: [said("serial", "SER-FAR-3")] })],
    );
    expect((await hosts()).map(({ node }) => node)).toEqual(["far"]);
  });
});

describe("people", () => {
  it("merge a host's node into another and undo it: all is as before", async () => {
    await collect(host("esx1", [said("name", "esx1")]), host("esx2", [said("name", "esx2")]));
    const [one, two] = await hosts();
    const [into, from] = [one?.nodeId ?? "", two?.nodeId ?? ""];
    const before = [await house.rows(into), await house.rows(from), await hosts()];
    const change = await house.identity.merge(into, from, "ann");
    expect((await hosts()).map(({ nodeId }) => nodeId)).toEqual([into, into]);
    expect((await house.node(into)).evidence).toHaveLength(2);
    // It is told of where it is now.
    await collect(host("esx2", [said("name", "esx2")]));
    await house.identity.undo(change.id, "ann");
    expect([await house.rows(into), await house.rows(from), await hosts()]).toEqual(before);
  });

  it("merge agents with their inventories, and split them off again with them", async () => {
    await collect(inventory({ bios: "x" }), host("esx1", [said("name", "esx1")]));
    const other = await house.knock({ family: "dsc", evidence: [said("name", "other")] });
    const where = async () => {
      const [mine] = await database.db.run<{ node_id: string }>(
        "select node_id from inventories where not is_collected",
      );
      return mine?.node_id;
    };
    await house.identity.merge(other.nodeId, collector.nodeId, "ann");
    expect(await where()).toBe(other.nodeId);
    const { other: made } = await house.identity.split(other.nodeId, [collector.agentId], "ann");
    expect(await where()).toBe(made.id);
    // What it collected is where it was.
    expect((await hosts()).map(({ node }) => node)).toEqual(["esx1"]);
  });

  it("do not undo a split while a host is on the node that it made", async () => {
    const dsc = await house.knock({ evidence: [said("name", "two")] });
    const second = await house.knock({ family: "puppet", evidence: [said("name", "elsewhere")] });
    await house.identity.merge(dsc.nodeId, second.nodeId, "ann");
    const { id, other } = await house.identity.split(dsc.nodeId, [second.agentId], "ann");
    await collect(host("esx1", []));
    await database.db.run("update inventories set node_id = $1", [other.id]);
    await expect(house.identity.undo(id, "ann")).rejects.toThrow(/Others tell of/);
  });

  it("purge a host's node and its inventory goes; the next word makes it anew", async () => {
    await collect(host("esx1", [said("name", "esx1"), said("serial", "ESX-77-1")]));
    await collect(inventory({ bios: "changed" }, { of: "collected", deviceId: "esx1" }));
    const [first] = await hosts();
    await house.registry.purge(first?.nodeId ?? "");
    for (const table of [
      "inventories",
      "inventory_sections",
      "changes",
      "node_evidence where inventory_id is not null",
    ])
      expect(await count(database.db, table), table).toBe(0);
    await collect(host("esx1", [said("name", "esx1"), said("serial", "ESX-77-1")]));
    const [again] = await hosts();
    expect([again?.node, again?.nodeId === first?.nodeId]).toEqual(["esx1", false]);
  });

  it("purge a collector and what it said goes with it; the nodes that it told of stay", async () => {
    await collect(inventory({ bios: "x" }), host("esx1", [said("name", "esx1")]));
    const [esx] = await hosts();
    await house.registry.purge(collector.nodeId);
    expect([await count(database.db, "inventories"), (await house.node(esx?.nodeId ?? "")).name]).toEqual([0, "esx1"]);
  });
});
