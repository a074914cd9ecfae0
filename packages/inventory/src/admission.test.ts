import type { ResolvedSettings } from "@gatehouse/core/assignment";
import { type AgentProof, type KnownAgent, type NodeState, noProof, type Trust } from "@gatehouse/core/nodes";
import { describe, expect, it } from "vitest";
import { ACCESS, type AccessBase } from "./access.js";
import { admit, admitNew, riseOf } from "./admission.js";
import { agentIdAlias, deviceIdAlias } from "./agents.js";

const ID = "e72a798f-e51b-11f1-9f32-aaea530464d7";
const DEVICE = "web01-2024-02-29-12-00-00";
const shared: AgentProof = { way: "basic", trust: "key", by: "agents" };
const own: AgentProof = { way: "oauth", trust: "secret", agent: ID, by: "web01" };
const base = (unproven: AccessBase["unproven"], atLeast: AccessBase["atLeast"] = "allow") => ({ unproven, atLeast });

/** A node whose groups carry an access policy, with what became of its state. */
function world(access: object | undefined = undefined) {
  const states: string[] = [];
  const settings: ResolvedSettings = access === undefined ? {} : { [ACCESS]: access };
  const deps = {
    registry: {
      setState: async (nodeId: string, state: NodeState, by: string, held = "processed") =>
        states.push(`${nodeId} ${state} ${by}, held: ${held}`) > 0,
      quarantine: async (agentId: string, by: string) => states.push(`${agentId} quarantined ${by}`) > 0,
    },
    assignments: { of: async () => settings },
  };
  return { deps, states };
}
const agent = (state: NodeState, trust: Trust = "anonymous"): KnownAgent => ({
  ...{ agentId: "agent-1", nodeId: "node-1", settings: {}, revision: 1, groupsRevision: 1, hasWork: false },
  ...{ trust, state, attributes: { agentId: ID, deviceId: DEVICE } },
});
const by = (known: KnownAgent | undefined) => ({ known, agentId: ID, deviceId: DEVICE });
const refused = (code: string) => expect.objectContaining({ code });

describe("a message", () => {
  it("is judged by the configuration where nobody knows its sender", async () => {
    const { deps, states } = world({ unproven: "refuse" });
    expect(await admit(deps, by(undefined), noProof, base("allow"))).toBe("taken");
    expect(await admit(deps, by(undefined), noProof, base("quarantine"))).toBe("held");
    expect(await admit(deps, by(undefined), noProof, base("allow", "quarantine"))).toBe("held");
    await expect(admit(deps, by(undefined), noProof, base("refuse"))).rejects.toEqual(refused("unauthenticated"));
    expect(states).toEqual([]);
  });

  it("of a known agent is judged by its groups", async () => {
    const { deps } = world({ unproven: "refuse", logins: ["paris"] });
    await expect(admit(deps, by(agent("active")), noProof, base("allow"))).rejects.toEqual(refused("unauthenticated"));
    await expect(admit(deps, by(agent("active")), shared, base("allow"))).rejects.toEqual(refused("forbidden"));
    expect(await admit(deps, by(agent("active")), { ...shared, by: "paris" }, base("allow"))).toBe("taken");
  });

  it("with a proof lets its sender out of quarantine, and without one does not", async () => {
    const { deps, states } = world();
    expect(await admit(deps, by(agent("quarantined")), noProof, base("allow"))).toBe("held");
    expect(states).toEqual([]);
    expect(await admit(deps, by(agent("quarantined")), own, base("quarantine"))).toBe("taken");
    expect(states).toEqual(["node-1 active enrolment, held: dropped"]);
    expect(await admit(deps, by(agent("active")), own, base("quarantine"))).toBe("taken");
    expect(states).toHaveLength(1);
  });

  it("with a proof that is another's lets nobody out", async () => {
    const { deps, states } = world();
    const other = { ...own, agent: "00000000-0000-4000-8000-000000000000" };
    await expect(admit(deps, by(agent("quarantined")), other, base("allow"))).rejects.toEqual(refused("forbidden"));
    expect(states).toEqual([]);
  });
});

describe("an agent that has just become known", () => {
  it("stays what it was found where no group says anything", async () => {
    const { deps, states } = world();
    expect(await admitNew(deps, agent("active"), noProof, base("allow"), "taken")).toBe("taken");
    expect(await admitNew(deps, agent("quarantined"), noProof, base("quarantine"), "held")).toBe("held");
    expect(await admitNew(deps, agent("active", "secret"), own, base("refuse"), "taken")).toBe("taken");
    expect(states).toEqual([]);
  });

  it("goes into quarantine where its groups say so", async () => {
    const { deps, states } = world({ unproven: "quarantine" });
    expect(await admitNew(deps, agent("active"), noProof, base("allow"), "taken")).toBe("held");
    expect(states).toEqual(["agent-1 quarantined policy"]);
    expect(await admitNew(deps, agent("active", "key"), shared, base("allow"), "taken")).toBe("taken");
    expect(states).toHaveLength(1);
  });

  it("comes out of it where its groups let everyone in, unless its listener does not", async () => {
    const { deps, states } = world({ unproven: "allow" });
    const known = agent("quarantined");
    expect(await admitNew(deps, known, noProof, base("quarantine", "quarantine"), "held")).toBe("held");
    expect(states).toEqual([]);
    expect(await admitNew(deps, known, noProof, base("quarantine"), "held")).toBe("taken");
    expect(states).toEqual(["node-1 active policy, held: processed"]);
  });

  it("that its groups refuse stays in quarantine, for operators to see", async () => {
    const { deps, states } = world({ unproven: "refuse" });
    const refusal = refused("unauthenticated");
    await expect(admitNew(deps, agent("active"), noProof, base("allow"), "taken")).rejects.toEqual(refusal);
    expect(states).toEqual(["agent-1 quarantined policy"]);
    await expect(admitNew(deps, agent("quarantined"), noProof, base("quarantine"), "held")).rejects.toEqual(refusal);
    expect(states).toHaveLength(1);
  });

  it("that has a login of other groups stays there too", async () => {
    const { deps, states } = world({ logins: ["paris"] });
    const known = agent("active", "key");
    await expect(admitNew(deps, known, shared, base("allow"), "taken")).rejects.toEqual(refused("forbidden"));
    expect(states).toEqual(["agent-1 quarantined policy"]);
  });
});

describe("what raises an agent's trust", () => {
  it("is what it proved, and nothing else that it says", () => {
    const rise = riseOf(agent("active", "key"), own, "192.0.2.7");
    expect(rise).toMatchObject({
      ...{ alias: agentIdAlias(ID), otherAliases: [deviceIdAlias(DEVICE)], nodeName: "web01", trust: "secret" },
      evidence: [
        { kind: "name", value: "web01" },
        { kind: "address", value: "192.0.2.7", proof: "observed" },
      ],
      ...{ role: "proof", detail: { way: "oauth", by: "web01" } },
    });
    expect(rise).not.toHaveProperty("traits");
    expect(rise).not.toHaveProperty("quarantined");
    const before = { agentId: ID, deviceId: DEVICE, tag: "paris", needsFull: true };
    expect(rise?.merge(before)).toEqual(before);
  });

  it("of an agent without an id is by its deviceid", () => {
    const known = { ...agent("active"), attributes: { deviceId: DEVICE } };
    expect(riseOf(known, shared)).toMatchObject({ alias: deviceIdAlias(DEVICE), trust: "key" });
  });

  it.each([
    ["anonymous", noProof],
    ["key", shared],
    ["secret", shared],
    ["secret", own],
    ["certificate", own],
    ["operator", own],
  ] as const)("is not there for one of %s", (trust, proof) => {
    expect(riseOf(agent("active", trust), proof)).toBeUndefined();
  });

  it("is not there for one that has no name", () => {
    expect(riseOf({ ...agent("active"), attributes: {} }, own)).toBeUndefined();
  });
});
