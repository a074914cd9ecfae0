import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { count, useDatabase } from "../store.test.helper.js";
import { writeEvidence } from "./evidence.js";
import { houseOf, machine, said, twoAgents } from "./identity.test.helper.js";

const database = useDatabase();
let house: ReturnType<typeof houseOf>;
beforeAll(() => {
  house = houseOf(database.db);
});

const audited = (nodeId: string) =>
  database.db.run<{ actor: string; action: string; detail: Record<string, unknown> }>(
    "select actor, action, detail from audit_events where subject = $1",
    [nodeId],
  );

describe("a machine's second agent", () => {
  it("comes to the node of the first, and the decision is kept with its inputs", async () => {
    const { dsc, puppet, name, certname } = await twoAgents(house);
    expect(puppet).toMatchObject({ nodeId: dsc.nodeId, created: true });
    const node = await house.node(certname);
    expect(node.agents.map(({ family, trust, isAlive }) => [family, trust, isAlive]).toSorted()).toEqual([
      ["dsc", "key", true],
      ["puppet", "certificate", true],
    ]);
    expect(node.name).toBe(name.toUpperCase());
    const decisions = await house.identity.decisions(dsc.nodeId);
    const of = (agentId: string) => decisions.find((each) => each.agentId === agentId);
    expect(of(dsc.agentId)).toMatchObject({ by: "policy", decision: { outcome: "new", confidence: 100 } });
    expect(of(puppet.agentId)).toMatchObject({
      by: "policy",
      changeId: null,
      decision: {
        outcome: "join",
        nodeId: dsc.nodeId,
        confidence: 70,
        considered: [{ name: name.toUpperCase(), counted: [{ as: "host" }, { as: "address", proven: true }] }],
      },
    });
    expect(await house.waits(dsc.nodeId)).toEqual([]);
  });

  it("does not rename it; the one that named it does", async () => {
    const { dsc, certname, address, name } = await twoAgents(house);
    const evidence = [said("name", certname, "attested"), said("address", address, "observed")];
    await house.knock({ family: "puppet", alias: certname, name: "puppet says", evidence });
    expect((await house.node(dsc.nodeId)).name).toBe(name.toUpperCase());
    const [agent] = (await house.node(dsc.nodeId)).agents.filter(({ family }) => family === "dsc");
    await house.knock({ alias: agent?.aliases[0]?.value ?? "", name: "renamed", evidence });
    expect((await house.node(dsc.nodeId)).name).toBe("renamed");
  });

  it("makes one node of agents that come at the same moment", async () => {
    for (let round = 0; round < 8; round++) {
      const { name, address } = machine();
      const evidence = (called: string) => [said("address", address, "observed"), said("name", called)];
      const results = await Promise.all([
        house.knock({ family: "puppet", evidence: evidence(`${name}.example.org`) }),
        house.knock({ family: "dsc", evidence: evidence(name) }),
        house.knock({ family: "inventory", evidence: evidence(name).toReversed() }),
      ]);
      expect(new Set(results.map(({ nodeId }) => nodeId)).size).toBe(1);
    }
  });

  it("makes two nodes of two agents of one family that come at the same moment, and one conflict", async () => {
    const { name, address } = machine();
    const evidence = [said("name", name), said("address", address, "observed")];
    const results = await Promise.all(Array.from({ length: 2 }, () => house.knock({ evidence })));
    const [one, two] = results.map(({ nodeId }) => nodeId);
    expect(one).not.toBe(two);
    expect(await house.waits(one ?? "")).toEqual([`clone ${name}`]);
  });

  it("is told of by what everybody has only as far as that is looked at", async () => {
    const balancer = "10.200.0.1";
    for (let i = 0; i < 4; i++)
      await house.knock({ evidence: [said("name", machine().name), said("address", balancer, "observed")] });
    const { name } = machine();
    const first = await house.knock({ evidence: [said("name", name), said("address", balancer, "observed")] });
    const second = await house.knock({
      family: "puppet",
      evidence: [said("name", `${name}.example.org`, "attested"), said("address", balancer, "observed")],
    });
    expect(second.nodeId).not.toBe(first.nodeId);
    const [decided] = await house.identity.decisions(second.nodeId);
    expect(decided?.decision?.ignored).toContainEqual({
      kind: "address",
      value: balancer,
      why: "more than 2 nodes have it",
    });
  });
});

describe("somebody with a valid shared key who copies a victim (T5)", () => {
  it.each([
    ["its name and serial", ["name", "serial"]],
    ["its name and address", ["name", "address"]],
    ["all that it says", ["name", "serial", "address", "mac"]],
  ] as const)("by %s leaves its record as it was; the conflict is shown, and in the audit trail", async (_, kinds) => {
    const victim = machine();
    const evidence = (["name", "serial", "address", "mac"] as const).map((kind) =>
      said(kind, victim[kind], "attested"),
    );
    const known = await house.knock({ family: "puppet", evidence });
    await house.registry.label(known.nodeId, { role: "vault" });
    const before = await house.rows(known.nodeId);
    const attacker = await house.knock({
      evidence: [...kinds.map((kind) => said(kind, victim[kind])), said("address", "10.66.6.6", "observed")],
    });
    expect(await house.rows(known.nodeId)).toBe(before);
    expect(attacker.nodeId).not.toBe(known.nodeId);
    expect((await house.node(attacker.nodeId)).labels).toEqual({});
    expect(await house.waits(known.nodeId)).toEqual([`unproven ${victim.name}`]);
    expect(await audited(attacker.nodeId)).toEqual([
      {
        actor: "policy",
        action: "identity.conflict",
        detail: expect.objectContaining({ other: known.nodeId, kind: "unproven", agent: attacker.agentId }),
      },
    ]);
  });
});

describe("a known agent", () => {
  it("stays where it is, whatever it says later; a person is asked once", async () => {
    const { name, address } = machine();
    const there = await house.knock({
      family: "puppet",
      evidence: [said("name", `${name}.example.org`, "attested"), said("address", address, "observed")],
    });
    const alias = machine().name;
    const first = await house.knock({ alias, evidence: [said("name", alias)] });
    const evidence = [said("name", name), said("address", address, "observed")];
    for (let i = 0; i < 3; i++) {
      const again = await house.knock({ alias, evidence });
      expect(again).toEqual({ ...first, created: false });
    }
    expect(first.nodeId).not.toBe(there.nodeId);
    expect(await house.waits(first.nodeId)).toEqual([`moved ${name}.example.org`]);
    expect(await audited(first.nodeId)).toHaveLength(1);
  });

  it("is not looked at again while it says the same", async () => {
    const { name } = machine();
    const evidence = [said("name", name)];
    const alias = machine().name;
    await house.knock({ alias, evidence });
    const other = await house.knock({ evidence });
    expect(await house.waits(other.nodeId)).toHaveLength(1);
    await database.db.run("delete from identity_conflicts");
    await house.knock({ alias, evidence });
    expect(await house.waits(other.nodeId)).toEqual([]);
  });

  it("that fits its own node better asks nobody", async () => {
    const { dsc, name, address } = await twoAgents(house);
    const [agent] = (await house.node(dsc.nodeId)).agents.filter(({ family }) => family === "dsc");
    await house.knock({ family: "inventory", evidence: [said("name", name, "observed")] });
    await database.db.run("delete from identity_conflicts");
    await house.knock({
      alias: agent?.aliases[0]?.value ?? "",
      evidence: [said("name", name), said("address", address, "observed"), said("address", "10.88.1.1")],
    });
    expect(await house.waits(dsc.nodeId)).toEqual([]);
  });
});

describe("evidence", () => {
  it("is kept once as it is proven best, with its key where it means something", async () => {
    const { nodeId } = await house.knock({
      evidence: [
        said("address", "10.99.0.1"),
        said("address", "10.99.0.1", "observed"),
        said("address", "127.0.0.1"),
        said("serial", "To be filled by O.E.M."),
      ],
    });
    const evidence = await house.identity.evidence(nodeId);
    expect(evidence.map(({ value, proof, counts, trust }) => [value, proof, counts, trust])).toEqual([
      ["10.99.0.1", "observed", true, "key"],
      ["127.0.0.1", "claimed", false, "key"],
      ["To be filled by O.E.M.", "claimed", false, "key"],
    ]);
  });

  it("that an enrolment does not speak of stays where it says so, also where an inventory told the same", async () => {
    const alias = "AGENT-OF-EVIDENCE";
    const first = [said("name", "pc-1"), said("serial", "EVIDENCE-1-SER"), said("address", "10.99.1.1", "observed")];
    const { agentId, nodeId } = await house.knock({ alias, evidence: first });
    // An inventory says the same serial: it is written once, as it was said first.
    await database.db.transaction((run) =>
      writeEvidence(run, { agentId, nodeId }, "inventory", [said("serial", "EVIDENCE-1-SER")]),
    );
    const proven = [said("name", "pc-1"), said("address", "10.99.1.2", "observed")];
    await house.knock({ alias, evidence: proven, trust: "secret", keepsEvidence: true });
    const values = async () => (await house.identity.evidence(nodeId)).map(({ value }) => value).toSorted();
    expect(await values()).toEqual(["10.99.1.2", "EVIDENCE-1-SER", "pc-1"]);
    await house.knock({ alias, evidence: [said("serial", "EVIDENCE-2-SER")], keepsEvidence: true });
    expect(await values()).toEqual(["10.99.1.2", "EVIDENCE-2-SER", "pc-1"]);
  });

  it.each([
    ...["\u0000", "\ud800", "'; drop table nodes;--", "x".repeat(100_000), "__proto__", ""],
    // No compression makes it a key of an index.
    randomBytes(50_000).toString("base64"),
  ])("may be any text: %#", async (value) => {
    const evidence = (["name", "serial", "mac", "uuid", "address"] as const).map((kind) => said(kind, value));
    const first = await house.knock({ name: "odd", evidence });
    const second = await house.knock({ family: "puppet", name: "odd", evidence });
    expect(
      await count(database.db, "identity_decisions where agent_id in ($1, $2)", [first.agentId, second.agentId]),
    ).toBe(2);
  });

  it("is bounded", async () => {
    const evidence = Array.from({ length: 1_000 }, (_, i) => said("serial", `MANY-${i}-SER`));
    const { nodeId } = await house.knock({ evidence });
    expect(await house.identity.evidence(nodeId)).toHaveLength(200);
  });
});
