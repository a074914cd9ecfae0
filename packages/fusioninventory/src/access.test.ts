import { type AgentProof, noProof } from "@gatehouse/core/nodes";
import { ACCESS, type AccessBase, agentIdAlias, enrolmentOf } from "@gatehouse/inventory";
import { describe, expect, it } from "vitest";
import { FUSION, GLPI, ID, message, OCS, world } from "./dialect.test.helper.js";

const DEVICE = "web01-2024-02-29-12-00-00";
const PROLOG = message("PROLOG", undefined);
const INVENTORY = message("INVENTORY", "<HARDWARE><NAME>web01</NAME></HARDWARE><BIOS><SSN>7BT5NN2</SSN></BIOS>");
const headers = { "user-agent": FUSION };
const shared: AgentProof = { way: "basic", trust: "key", by: "agents" };
const own: AgentProof = { way: "basic", trust: "secret", agent: DEVICE, by: "web01" };
const another: AgentProof = { ...own, agent: "web02-2024-02-29-12-00-00" };
const under = (unproven: AccessBase["unproven"], atLeast: AccessBase["atLeast"] = "allow") =>
  world({ access: () => ({ unproven, atLeast }) });
const wants = /<RESPONSE>SEND<\/RESPONSE>/;
const waits = /^<\?xml [^>]*>\n<REPLY><RESPONSE>STOP<\/RESPONSE><PROLOG_FREQ>24<\/PROLOG_FREQ><\/REPLY>$/;

describe("where agents that prove nothing wait for an operator", () => {
  it("a PROLOG of a new one asks for nothing, and makes it known: somebody has to see it", async () => {
    for (const userAgent of [FUSION, OCS]) {
      const { send, agents, enrolments, accepted } = under("quarantine");
      const answer = await send({ body: PROLOG, headers: { "user-agent": userAgent } });
      expect([answer?.status, answer?.text]).toEqual([200, expect.stringMatching(waits)]);
      expect([agents[0]?.state, enrolments[0]?.quarantined, accepted]).toEqual(["quarantined", true, []]);
      expect((await send({ body: PROLOG, headers: { "user-agent": userAgent } }))?.text).toMatch(waits);
      expect(agents).toHaveLength(1);
    }
  });

  it("what it hands in all the same is held", async () => {
    const { send, agents, accepted } = under("quarantine");
    for (const body of [INVENTORY, INVENTORY, message("NETDISCOVERY", "<DEVICE><IP>192.0.2.9</IP></DEVICE>")])
      expect(await send({ body, headers })).toMatchObject({ status: 200 });
    expect(agents[0]?.state).toBe("quarantined");
    expect(accepted.map(({ held }) => held)).toEqual([true, true, true]);
  });

  it("one that an operator let in goes on as if it had never been held", async () => {
    const { send, setState, accepted } = under("quarantine");
    await send({ body: PROLOG, headers });
    setState(0, "active");
    expect((await send({ body: PROLOG, headers }))?.text).toMatch(wants);
    await send({ body: INVENTORY, headers });
    expect(accepted.map(({ held }) => held)).toEqual([undefined]);
  });

  it("one that proves itself is let in by that, also when it was held before", async () => {
    const { send, agents, accepted } = under("quarantine");
    expect((await send({ body: PROLOG, headers, proof: shared }))?.text).toMatch(wants);
    expect(agents).toEqual([]);
    await send({ body: PROLOG, headers });
    expect(agents[0]).toMatchObject({ state: "quarantined", trust: "anonymous" });
    expect((await send({ body: PROLOG, headers, proof: own }))?.text).toMatch(wants);
    expect(agents[0]).toMatchObject({ state: "active", trust: "secret" });
    await send({ body: INVENTORY, headers, proof: own });
    expect(accepted.map(({ held }) => held)).toEqual([undefined]);
  });

  it("a message of OCS that is about nothing here makes nobody known", async () => {
    const { send, agents } = under("quarantine");
    expect(await send({ body: message("DOWNLOAD", ""), headers })).toMatchObject({ status: 200 });
    expect(agents).toEqual([]);
  });
});

describe("where they are refused", () => {
  it("each message is asked for credentials, and nothing of it is kept", async () => {
    const { send, agents, accepted, touched } = under("refuse");
    for (const body of [PROLOG, INVENTORY, message("SNMPQUERY", "<DEVICE><IP>192.0.2.9</IP></DEVICE>")]) {
      const answer = await send({ body, headers });
      expect(answer).toMatchObject({ status: 401, syntax: "xml" });
      expect(answer?.text).toContain("<REPLY><ERROR>");
    }
    expect([agents, accepted, touched]).toEqual([[], [], []]);
    expect((await send({ body: PROLOG, headers, proof: shared }))?.text).toMatch(wants);
    expect(await send({ body: INVENTORY, headers, proof: shared })).toMatchObject({ status: 200 });
    expect(agents[0]?.trust).toBe("key");
  });

  it("by their listener, no group lets them in", async () => {
    const { send } = world({
      access: () => ({ unproven: "allow", atLeast: "refuse" }),
      assignments: { of: async () => ({ [ACCESS]: { unproven: "allow" } }) },
    });
    expect(await send({ body: INVENTORY, headers })).toMatchObject({ status: 401 });
  });

  it("by their groups, a new one stays in quarantine with nothing taken", async () => {
    const { send, agents, accepted } = world({
      assignments: { of: async () => ({ [ACCESS]: { unproven: "refuse" } }) },
    });
    expect(await send({ body: INVENTORY, headers })).toMatchObject({ status: 401 });
    expect([agents[0]?.state, accepted]).toEqual(["quarantined", []]);
  });

  it("REST is, too, whoever asks: agents show their login when they are asked for it", async () => {
    const { send } = under("refuse");
    expect(await send({ query: "?action=getConfig&machineid=x", headers })).toMatchObject({ status: 401 });
  });
});

describe("an agent that proved itself once", () => {
  it("is held to it: without its proof, or with one that many share, nothing is taken and nothing changes", async () => {
    const { send, agents, accepted, enrolments, touched } = world();
    await send({ body: INVENTORY, headers, proof: own });
    const before = structuredClone(agents[0]?.attributes);
    const renamed = message("INVENTORY", "<ACCOUNTINFO><KEYNAME>TAG</KEYNAME><KEYVALUE>x</KEYVALUE></ACCOUNTINFO>");
    for (const proof of [noProof, shared])
      for (const body of [PROLOG, INVENTORY, renamed])
        expect(await send({ body, headers, proof })).toMatchObject({ status: 401 });
    expect(await send({ body: INVENTORY, headers, proof: another })).toMatchObject({ status: 403 });
    expect(agents[0]?.attributes).toEqual(before);
    expect([accepted.length, enrolments.length, touched.length]).toEqual([1, 1, 1]);
  });

  it("is so too under its other name", async () => {
    const { send, enrol, accepted } = world();
    const proof = { ...own, agent: ID };
    enrol(enrolmentOf({ agentId: ID, deviceId: DEVICE, proof }));
    expect(await send({ body: INVENTORY, headers: { "user-agent": GLPI } })).toMatchObject({ status: 401 });
    const named = { "user-agent": GLPI, "glpi-agent-id": ID };
    expect(await send({ body: INVENTORY, headers: named })).toMatchObject({ status: 401 });
    expect(await send({ body: INVENTORY, headers: { "user-agent": GLPI }, proof })).toMatchObject({ status: 200 });
    expect(accepted).toHaveLength(1);
  });
});

describe("an agent that proves more than before", () => {
  it("is trusted as much from then on, and nothing else of it changes", async () => {
    const { send, agents, enrolments } = world();
    await send({ body: INVENTORY, headers });
    const before = structuredClone(agents[0]?.attributes);
    for (const [proof, trust] of [
      [noProof, "anonymous"],
      [shared, "key"],
      [shared, "key"],
      [own, "secret"],
      [own, "secret"],
    ] as const) {
      await send({ body: PROLOG, headers, proof });
      expect([agents[0]?.trust, agents[0]?.attributes]).toEqual([trust, before]);
    }
    expect(enrolments.map(({ role }) => role)).toEqual(["contact", "proof", "proof"]);
  });

  it("is known by its own name, also when it speaks of another machine", async () => {
    const { send, agents, enrolments } = world();
    const named = { "user-agent": GLPI, "glpi-agent-id": ID };
    await send({ body: INVENTORY, headers: named });
    const proof: AgentProof = { way: "certificate", trust: "certificate", agent: ID, by: "0A" };
    const esx = message("INVENTORY", "<HARDWARE><NAME>esx1</NAME></HARDWARE>", "esx1-2026-11-20-19-50-27");
    expect(await send({ body: esx, headers: named, proof })).toMatchObject({ status: 200 });
    expect(agents[0]).toMatchObject({ trust: "certificate", attributes: { agentId: ID, deviceId: DEVICE } });
    expect(enrolments[1]).toMatchObject({ alias: agentIdAlias(ID), role: "proof" });
  });
});

describe("a new agent", () => {
  it("with another's proof is refused before it is known", async () => {
    const { send, agents } = world();
    expect(await send({ body: INVENTORY, headers, proof: another })).toMatchObject({ status: 403 });
    expect(agents).toEqual([]);
  });

  it("that another message of it made known meanwhile is judged as known", async () => {
    const made = world();
    let isFirst = true;
    const { send, accepted } = world({
      registry: {
        findAgent: async () => {
          const [agent] = made.agents;
          if (!isFirst) return agent;
          isFirst = false;
          made.enrol(enrolmentOf({ deviceId: DEVICE, proof: own }));
          return undefined;
        },
        enrol: async () => ({ agentId: "agent-0", nodeId: "node-0", created: false }),
        findAgentsBeginning: async () => [],
        quarantine: async () => true,
        setState: async () => true,
        touch: () => undefined,
      },
    });
    expect(await send({ body: INVENTORY, headers })).toMatchObject({ status: 401 });
    expect(accepted).toEqual([]);
  });
});
