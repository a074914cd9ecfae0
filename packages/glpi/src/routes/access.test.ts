import type { AgentProof } from "@gatehouse/core/nodes";
import { describe, expect, it } from "vitest";
import { AGENT, contact, DEVICE, inventory, PROLOG, world } from "../glpi.test.helper.js";

const OTHER = "e72a798f-e51b-11f1-9f32-aaea530464d7";
const ALL = ["inventory", "remoteinventory", "collect", "deploy", "esx", "netdiscovery", "netinventory", "wakeonlan"];
const own: AgentProof = { way: "basic", trust: "secret", by: "web01", agent: AGENT };
/** Agents that are known from before, in another world. */
const moved = (from: ReturnType<typeof world>, to: ReturnType<typeof world>) => {
  for (const [key, agent] of from.agents) to.agents.set(key, agent);
  return to;
};

describe("an agent that is held", () => {
  const settings = { "glpi.jobs": { deploy: [{ task: "deploy" }] }, "glpi.expiration": "2h" };

  it("is told by CONTACT that it has nothing to do, and nothing else", async () => {
    const { say, agents } = world({ access: { unproven: "quarantine" }, settings });
    const plugin = { inventory: { token: "hush-hush" } };
    for (let i = 0; i < 2; i++) {
      const { json } = await say(contact({ "installed-tasks": ["Inventory", "special"], "httpd-plugins": plugin }));
      expect(json).toEqual({ status: "ok", expiration: "2h", tasks: {}, disabled: [...ALL, "special"] });
    }
    expect([...agents.values()].map(({ state }) => state)).toEqual(["quarantined", "quarantined"]);
  });

  it("hands in what is kept and not worked on", async () => {
    const { say, calls } = world({ access: { unproven: "quarantine" } });
    expect((await say(inventory())).json.status).toBe("ok");
    expect((await say(inventory(), {})).json.status).toBe("ok");
    expect(calls.accepted.map(({ held }) => held)).toEqual([true, true]);
    expect(calls.enrolments.map(({ quarantined }) => quarantined)).toEqual([true]);
  });

  it.each(["pending", "ok"] as const)("is answered to PROLOG so that it says CONTACT, with %s", async (prolog) => {
    const { say, agents } = world({ access: { unproven: "quarantine" }, config: { prolog } });
    for (let i = 0; i < 2; i++) {
      expect(await say(PROLOG)).toMatchObject({ status: 202, json: { status: "pending", expiration: 0 } });
      for (const [key, agent] of agents)
        agents.set(key, { ...agent, attributes: { ...agent.attributes, needsFull: true } });
    }
  });

  it("gets no parameters", async () => {
    const { say } = world({ access: { unproven: "quarantine" }, allowUnproven: true });
    await say(contact());
    expect((await say({ action: "get_params", params_id: "1" })).status).toBe(403);
  });

  it("is let out by a proof", async () => {
    const before = world({ access: { unproven: "quarantine" } });
    await before.say(contact());
    const { say, agents, calls } = moved(before, world({ access: { unproven: "quarantine" }, proof: own }));
    await say(inventory());
    expect(calls.accepted[0]).not.toHaveProperty("held");
    expect(agents.get(`agentid ${AGENT}`)).toMatchObject({ state: "active", trust: "secret" });
  });
});

describe("an agent that is refused", () => {
  it("is told to prove itself, and nothing is kept of it", async () => {
    const { say, call, agents, calls } = world({ access: { unproven: "refuse" }, config: { prolog: "ok" } });
    for (const message of [contact(), inventory(), PROLOG, { action: "get_params", params_id: "1" }])
      expect((await say(message)).status).toBe(401);
    expect((await say(inventory(), {})).status).toBe(401);
    const headers = { "glpi-agent-id": AGENT, "glpi-request-id": "00000001" };
    expect((await call({ method: "GET", headers })).status).toBe(401);
    expect([agents.size, calls.accepted, calls.enrolments]).toEqual([0, [], []]);
  });

  it("is one whose proof is another's (T5)", async () => {
    const { say, agents, calls } = world({ proof: { ...own, agent: OTHER } });
    for (const message of [contact(), inventory(), PROLOG]) expect((await say(message)).status).toBe(403);
    expect([agents.size, calls.accepted]).toEqual([0, []]);
  });
});

describe("who proved itself once", () => {
  it("is trusted as much from then on, by whichever message", async () => {
    for (const message of [contact(), inventory()]) {
      const before = world();
      await before.say(contact());
      const { say, agents } = moved(before, world({ proof: own }));
      await say(message);
      expect(agents.get(`agentid ${AGENT}`)?.trust).toBe("secret");
    }
  });

  it("has to prove it each time: who copied its ids changes nothing of it and hands in nothing (T5)", async () => {
    const before = world({ proof: own });
    await before.say(contact({ tag: "shop" }));
    const { say, call, agents, calls } = moved(before, world());
    const known = agents.get(`agentid ${AGENT}`);
    for (const message of [contact({ tag: "mine" }), inventory(), PROLOG, { action: "get_params", params_id: "1" }])
      expect((await say(message)).status).toBe(401);
    expect((await say(inventory(), {})).status).toBe(401);
    const headers = { "glpi-agent-id": AGENT, "glpi-request-id": "00000001" };
    expect((await call({ method: "GET", headers })).status).toBe(401);
    expect([agents.get(`agentid ${AGENT}`), calls.accepted, calls.enrolments]).toEqual([known, [], []]);
  });

  it("fetches the answer that was put off for it with a proof, and nobody else does", async () => {
    const { say, call, agents } = world({ proof: own, places: 0 });
    const id = (await say(inventory())).headers["GLPI-Request-ID"] ?? "";
    const poll = (agentId: string) =>
      call({ method: "GET", headers: { "glpi-agent-id": agentId, "glpi-request-id": id } });
    // The proof is of another than the one who asks.
    expect((await poll(OTHER)).status).toBe(403);
    expect(agents.get(`agentid ${AGENT}`)?.trust).toBe("secret");
    expect(await poll(AGENT)).toMatchObject({ status: 200, json: { status: "ok" } });
  });

  it("and by its deviceid, is known by that", async () => {
    const { say, calls, agents } = world({ proof: { ...own, agent: DEVICE } });
    expect((await say(inventory(), {})).status).toBe(200);
    expect(agents.get(`deviceid ${DEVICE}`)?.trust).toBe("secret");
    expect(calls.accepted).toHaveLength(1);
  });
});
