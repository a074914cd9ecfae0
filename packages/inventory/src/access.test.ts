import type { AgentProof, KnownAgent, NodeState, Trust } from "@gatehouse/core/nodes";
import { noProof, trustLevels } from "@gatehouse/core/nodes";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { ACCESS, type AccessPolicy, accessSetting, judge, policyWith, stricter, unprovenPolicies } from "./access.js";

const ID = "e72a798f-e51b-11f1-9f32-aaea530464d7";
const DEVICE = "web01-2024-02-29-12-00-00";
const agent = (trust: Trust, state: NodeState = "active", attributes: object = {}): KnownAgent => ({
  ...{ agentId: "agent-1", nodeId: "node-1", settings: {}, revision: 1, groupsRevision: 1, hasWork: false },
  ...{ trust, state, attributes: { agentId: ID, deviceId: DEVICE, ...attributes } },
});
const policy = (said: Partial<AccessPolicy> = {}): AccessPolicy => ({ unproven: "allow", proofStays: true, ...said });
const shared: AgentProof = { way: "basic", trust: "key", by: "agents" };
const own: AgentProof = { way: "basic", trust: "secret", agent: ID, by: "web01" };
const certificate: AgentProof = { way: "certificate", trust: "certificate", agent: ID, by: "0A" };

/** The verdict, or the code of the error. */
function verdict(
  proof: AgentProof,
  known: KnownAgent | undefined,
  said: Partial<AccessPolicy> = {},
  names: { readonly agentId?: string; readonly deviceId: string } = { agentId: ID, deviceId: DEVICE },
): string {
  try {
    return judge({ known, ...names }, proof, policy(said));
  } catch (thrown) {
    return (thrown as { code: string }).code;
  }
}

describe("who proves nothing", () => {
  it.each([
    ["allow", undefined, "taken"],
    ["quarantine", undefined, "held"],
    ["refuse", undefined, "unauthenticated"],
    ["allow", "active", "taken"],
    ["quarantine", "active", "taken"],
    ["refuse", "active", "unauthenticated"],
    ["allow", "expired", "taken"],
    ["quarantine", "expired", "taken"],
    ["allow", "quarantined", "held"],
    ["quarantine", "quarantined", "held"],
    ["refuse", "quarantined", "unauthenticated"],
    ["allow", "deactivated", "forbidden"],
  ] as const)("under %s, of a node that is %s: %s", (unproven, state, result) => {
    expect(verdict(noProof, state && agent("anonymous", state), { unproven })).toBe(result);
  });
});

describe("who proves something", () => {
  it.each(["allow", "quarantine", "refuse"] as const)(
    "is taken under %s, known or not, out of quarantine too",
    (unproven) => {
      for (const proof of [shared, own, certificate])
        for (const known of [undefined, agent("anonymous"), agent("anonymous", "quarantined"), agent("key", "expired")])
          expect(verdict(proof, known, { unproven })).toBe("taken");
    },
  );

  it("is refused all the same where an operator has taken its node out of service", () => {
    for (const proof of [shared, own, certificate])
      expect(verdict(proof, agent("anonymous", "deactivated"))).toBe("forbidden");
  });

  it("has to prove as much from then on as it did once", () => {
    const proofs: AgentProof[] = [noProof, shared, own, certificate];
    const rank = (trust: Trust) => trustLevels.indexOf(trust);
    for (const proof of proofs)
      for (const before of proofs)
        expect([proof.trust, before.trust, verdict(proof, agent(before.trust))]).toEqual([
          ...[proof.trust, before.trust],
          rank(proof.trust) >= rank(before.trust) ? "taken" : "unauthenticated",
        ]);
  });

  it("has not, where its groups say so", () => {
    expect(verdict(noProof, agent("certificate"), { proofStays: false })).toBe("taken");
    expect(verdict(shared, agent("certificate"), { proofStays: false })).toBe("taken");
    expect(verdict(noProof, agent("certificate"), { proofStays: false, unproven: "refuse" })).toBe("unauthenticated");
  });
});

describe("a proof of one agent", () => {
  it.each([
    [{ agentId: ID, deviceId: "other" }, "taken"],
    [{ agentId: ID.toUpperCase(), deviceId: "other" }, "taken"],
    [{ agentId: "00000000-0000-4000-8000-000000000000", deviceId: DEVICE }, "forbidden"],
    [{ deviceId: ID }, "taken"],
    [{ deviceId: DEVICE }, "forbidden"],
  ])("of one that nobody knows has to be what it calls itself: %j", (names, result) => {
    expect(verdict(own, undefined, {}, names)).toBe(result);
  });

  it("is by its deviceid as well", () => {
    const proof = { ...own, agent: DEVICE };
    expect(verdict(proof, undefined, {}, { deviceId: DEVICE.toUpperCase() })).toBe("taken");
    expect(verdict(proof, agent("anonymous"))).toBe("taken");
  });

  it("is of what a known agent was known by before, and not of what the message says", () => {
    const victim = agent("anonymous", "active", {
      agentId: "11111111-2222-4333-8444-555555555555",
      deviceId: "victim",
    });
    expect(verdict(own, victim)).toBe("forbidden");
    expect(verdict(own, agent("anonymous"), {}, { agentId: "x", deviceId: "esx1" })).toBe("taken");
    expect(verdict(own, agent("anonymous", "active", { agentId: 7, deviceId: null }))).toBe("forbidden");
  });

  it("is no proof of another also where nobody has to prove anything", () => {
    expect(verdict({ ...certificate, agent: "other" }, undefined, { proofStays: false })).toBe("forbidden");
  });
});

describe("a group's logins", () => {
  it("are those that count: another is refused, whosever it is", () => {
    const logins = ["paris"];
    expect(verdict({ ...shared, by: "paris" }, undefined, { logins })).toBe("taken");
    expect(verdict(shared, undefined, { logins })).toBe("forbidden");
    expect(verdict({ ...own, way: "oauth" }, agent("anonymous"), { logins })).toBe("forbidden");
    expect(verdict(shared, undefined, { logins: [] })).toBe("forbidden");
  });

  it("are no matter to who proves itself otherwise, or not at all", () => {
    for (const proof of [certificate, { ...shared, way: "key" }, noProof] as AgentProof[])
      expect(verdict(proof, undefined, { logins: [] })).toBe("taken");
  });
});

describe("the policy of an agent", () => {
  const base = (unproven: (typeof unprovenPolicies)[number], atLeast: (typeof unprovenPolicies)[number] = "allow") => ({
    ...{ unproven, atLeast },
  });

  it("is the configuration's where no group says otherwise, and its group's where one does", () => {
    expect(policyWith(base("quarantine"), {})).toEqual({ unproven: "quarantine", proofStays: true });
    const said = { unproven: "allow", logins: ["a"], proofStays: false };
    expect(policyWith(base("refuse"), { [ACCESS]: said })).toEqual(said);
  });

  it("is never milder than the listener's", () => {
    expect(policyWith(base("allow", "quarantine"), {}).unproven).toBe("quarantine");
    expect(policyWith(base("allow", "refuse"), { [ACCESS]: { unproven: "quarantine" } }).unproven).toBe("refuse");
    expect(policyWith(base("refuse", "quarantine"), { [ACCESS]: {} }).unproven).toBe("refuse");
  });

  it("is the stricter of two", () => {
    for (const [i, a] of unprovenPolicies.entries())
      for (const [j, b] of unprovenPolicies.entries()) expect(stricter(a, b)).toBe(unprovenPolicies[Math.max(i, j)]);
  });
});

describe("the setting of groups", () => {
  const fits = new Ajv2020({ allErrors: true }).compile(accessSetting.schema);

  it.each([
    [{}, true],
    [{ unproven: "quarantine", logins: ["paris"], proofStays: false }, true],
    [{ unproven: "maybe" }, false],
    [{ logins: [""] }, false],
    [{ logins: ["a", "a"] }, false],
    [{ logins: Array.from({ length: 101 }, (_, i) => `${i}`) }, false],
    [{ proofStays: "no" }, false],
    [{ unprovven: "allow" }, false],
    ["refuse", false],
  ])("%j", (value, result) => {
    expect(fits(value)).toBe(result);
  });
});
