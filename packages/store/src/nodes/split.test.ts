import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { createFacts } from "../facts/facts.js";
import { makePartitions } from "../partitions.js";
import { useDatabase } from "../store.test.helper.js";
import { createSubmissions } from "../submissions/accept.js";
import { createInbox } from "../submissions/inbox.js";
import { drain, LIMITS, say } from "../submissions/reporting.test.helper.js";
import { houseOf, twoAgents } from "./identity.test.helper.js";

const database = useDatabase();
let house: ReturnType<typeof houseOf>;
beforeAll(async () => {
  await makePartitions(database.db);
  house = houseOf(database.db);
});

const refusal = (about: string) => ({ code: "conflict", message: expect.stringContaining(about) });

describe("split", () => {
  it("takes an agent off a node onto a new one, which has what the agent said and nothing else", async () => {
    const { dsc, puppet, certname, name, address } = await twoAgents(house);
    await house.registry.label(dsc.nodeId, { site: "a" });
    const change = await house.identity.split(dsc.nodeId, [puppet.agentId], "ann");
    expect(change).toMatchObject({ kind: "split", node: { id: dsc.nodeId }, other: { name: certname }, by: "ann" });
    const made = await house.node(change.other.id);
    expect(made).toMatchObject({ name: certname, labels: {}, settings: {}, state: "active" });
    expect(made.agents.map(({ id }) => id)).toEqual([puppet.agentId]);
    expect(made.evidence.map(({ value }) => value).toSorted()).toEqual([address, certname].toSorted());
    const left = await house.node(dsc.nodeId);
    expect(left).toMatchObject({ name: name.toUpperCase(), labels: { site: "a" } });
    expect(left.agents.map(({ id }) => id)).toEqual([dsc.agentId]);
    expect(await house.identity.decisions(made.id)).toMatchObject([{ by: "ann", changeId: change.id }]);
  });

  it("is remembered: of the two nobody is asked again", async () => {
    const { dsc, puppet, certname, name, address } = await twoAgents(house);
    const change = await house.identity.split(dsc.nodeId, [puppet.agentId], "ann");
    const evidence = [
      { kind: "name", value: certname },
      { kind: "address", value: address, proof: "observed" },
      { kind: "serial", value: `${name}-SERIAL` },
    ] as const;
    const again = await house.knock({ family: "puppet", alias: certname, evidence });
    expect(again.nodeId).toBe(change.other.id);
    expect(await house.waits(dsc.nodeId)).toEqual([]);
  });

  it("undone leaves the node exactly as it was", async () => {
    const { dsc, puppet } = await twoAgents(house);
    const facts = createFacts(database.db);
    for (const source of ["dsc", "puppet"]) await facts.put(dsc.nodeId, source, { of: source }, new Date());
    for (const agentId of [puppet.agentId, dsc.agentId]) {
      const before = await house.rows(dsc.nodeId);
      const change = await house.identity.split(dsc.nodeId, [agentId], "ann");
      const went = (await facts.of(change.other.id)).map(({ source }) => source);
      expect(went).toEqual([agentId === dsc.agentId ? "dsc" : "puppet"]);
      await house.identity.undo(change.id, "ann");
      expect(await house.rows(dsc.nodeId)).toBe(before);
      expect(await house.registry.find(change.other.id)).toEqual([]);
      expect(await house.waits(dsc.nodeId)).toEqual([]);
    }
  });

  it("undone gives the name back that went with an agent", async () => {
    const { dsc, puppet, certname, name } = await twoAgents(house);
    const change = await house.identity.split(dsc.nodeId, [dsc.agentId], "ann");
    await house.knock({ family: "puppet", alias: certname, name: "its own" });
    expect((await house.node(dsc.nodeId)).name).toBe("its own");
    await house.identity.undo(change.id, "ann");
    expect((await house.node(puppet.nodeId)).name).toBe(name.toUpperCase());
  });

  it("cannot be undone over what the new node got since, and says so", async () => {
    const { dsc, puppet } = await twoAgents(house);
    const change = await house.identity.split(dsc.nodeId, [puppet.agentId], "ann");
    await house.registry.label(change.other.id, { role: "web" });
    await expect(house.identity.undo(change.id, "ann")).rejects.toMatchObject(refusal("labels or settings"));
    await house.registry.label(change.other.id, { role: null });
    const { nodeId: third } = await house.knock({ family: "inventory" });
    const merge = await house.identity.merge(change.other.id, third, "ann");
    await expect(house.identity.undo(change.id, "ann")).rejects.toMatchObject(refusal("merge the two instead"));
    await house.identity.undo(merge.id, "ann");
    const gone = await house.identity.merge(third, change.other.id, "ann");
    await expect(house.identity.undo(change.id, "ann")).rejects.toMatchObject(refusal("undo that first"));
    await house.identity.undo(gone.id, "ann");
    expect(await house.identity.undo(change.id, "ann")).toMatchObject({ undoneBy: "ann" });
  });

  it("keeps an agent of a deactivated node out", async () => {
    const { dsc, puppet } = await twoAgents(house);
    await house.registry.setState(dsc.nodeId, "deactivated", "ann");
    const { other } = await house.identity.split(dsc.nodeId, [puppet.agentId], "bob");
    expect(await house.node(other.id)).toMatchObject({ state: "deactivated", stateBy: "ann" });
  });

  it("is refused for all agents, none, and others; nothing changes then", async () => {
    const { dsc, puppet } = await twoAgents(house);
    const { agentId: foreign } = await house.knock({});
    const before = await house.rows(dsc.nodeId);
    for (const [agents, about] of [
      [[dsc.agentId, puppet.agentId], "at least one must stay"],
      [[], "no such agent"],
      [[foreign], "no such agent"],
      [[puppet.agentId, foreign], "no such agent"],
      [["no uuid"], "no such agent"],
    ] as const)
      await expect(house.identity.split(dsc.nodeId, agents, "ann")).rejects.toMatchObject(refusal(about));
    await expect(house.identity.split(randomUUID(), [dsc.agentId], "ann")).rejects.toMatchObject({ code: "not-found" });
    expect(await house.rows(dsc.nodeId)).toBe(before);
  });

  it("is refused while the agent is being processed", async () => {
    const { dsc, puppet } = await twoAgents(house);
    await createSubmissions(database.db).accept({ agentId: puppet.agentId, kind: "test", body: say({ run: "r" }) });
    const inbox = createInbox(database.db);
    const claim = await inbox.claim(LIMITS);
    await expect(house.identity.split(dsc.nodeId, [puppet.agentId], "ann")).rejects.toMatchObject(
      refusal("being processed"),
    );
    await claim?.release();
    await drain(inbox);
    await inbox.close();
    expect(await house.identity.split(dsc.nodeId, [puppet.agentId], "ann")).toBeDefined();
  });
});
