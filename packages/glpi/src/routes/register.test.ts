import { describe, expect, it } from "vitest";
import { AGENT, contact, DEVICE } from "../glpi.test.helper.js";
import { agentAnswer } from "../register/agent.test.helper.js";
import { first, NEXT_PROXY, PROXY, registering } from "./register.test.helper.js";

const failed = { status: "error", message: "challenge failed", expiration: "1h" };

describe("6.1.1, the agent's first message", () => {
  it.each([
    ["no port", { port: undefined }, /^bad-format: \/port/],
    ["null as its port", { port: null }, /^bad-format: \/port/],
    ["a port that is none", { port: 65_536 }, /^bad-format: \/port/],
    ["a port below none", { port: -1 }, /^bad-format: \/port/],
    ["half a port", { port: 1.5 }, /^bad-format: \/port/],
    ["a port in words", { port: "http" }, /^bad-format: \/port/],
    ["a list of ports", { port: [62_354] }, /^bad-format: \/port/],
    ["true as its port", { port: true }, /^bad-format: \/port/],
    ["no deviceid", { deviceid: undefined }, /^bad-format: .*deviceid/],
    ["no name", { name: undefined }, /^bad-format: \/name/],
    ["an object as its name", { name: {} }, /^bad-format: \/name/],
    ["no version", { version: undefined }, /^bad-format: \/version/],
    ["an endless tag", { tag: "x".repeat(300) }, /^bad-format: \/tag/],
    ["a list as its challenge", { challenge: [] }, /^bad-format: \/challenge/],
    ["an endless challenge", { challenge: "x".repeat(300) }, /^bad-format: \/challenge/],
  ])("with %s is refused", async (_, more, message) => {
    const { plain, kept, calls } = registering({ register: { simple: true } });
    kept.token();
    const answer = await plain(first(more));
    expect([answer.status, answer.json.message]).toEqual([400, expect.stringMatching(message)]);
    expect([calls.enrolments, kept.waiting.size]).toEqual([[], 0]);
  });

  it("without GLPI-Agent-ID is refused", async () => {
    const { say } = registering({ register: { simple: true } });
    expect(await say(first(), {})).toMatchObject({ status: 400 });
  });

  it("says a port that is kept; 0 is none that it is joinable on", async () => {
    const { plain, agents } = registering({ register: { simple: true } });
    await plain(first({ port: "8080" }));
    expect(agents.get(`agentid ${AGENT}`)?.attributes["port"]).toBe(8080);
    expect((await plain(first({ port: 0 }))).json.status).toBe("registered");
    expect(agents.get(`agentid ${AGENT}`)?.attributes["port"]).toBeNull();
  });

  it("keeps the proxies that it came through with the agent", async () => {
    const { plain, agents } = registering({ register: { simple: true } });
    await plain(first(), { proxies: [PROXY, NEXT_PROXY.toUpperCase()] });
    expect(agents.get(`agentid ${AGENT}`)?.attributes["proxies"]).toEqual([PROXY, NEXT_PROXY]);
  });

  it("may say what an object of ours could take for its own, and signs that cannot be stored", async () => {
    const { plain, agents } = registering({ register: { simple: true } });
    const odd = JSON.parse(`{"__proto__":{"port":1},"constructor":{"x":1}}`) as object;
    expect((await plain({ ...first({ name: "GLPI\0Agent\ud800", tag: "shop\0" }), ...odd })).status).toBe(200);
    expect(agents.get(`agentid ${AGENT}`)?.attributes).toMatchObject({ program: "GLPIAgent\ufffd", tag: "shop" });
    expect(({} as Record<string, unknown>)["port"]).toBeUndefined();
  });

  it("is refused over plain HTTP, unless the policy takes it", async () => {
    const policy = { simple: true };
    expect(await registering({ register: policy }).plain(first(), { tls: false })).toMatchObject({
      ...{ status: 403, json: { message: "forbidden" } },
    });
    const { plain } = registering({ register: { ...policy, overHttp: true } });
    expect((await plain(first(), { tls: false })).json.status).toBe("registered");
  });
});

describe("6.1.2, the server's answer", () => {
  it("is an error where there is no way in", async () => {
    const { plain, calls } = registering();
    expect(await plain(first())).toMatchObject({
      ...{ status: 403, json: { status: "error", message: "forbidden", expiration: "24h" } },
    });
    expect(calls.enrolments).toEqual([]);
  });

  it("is registered, for whoever asks, where the policy is simple: and that proves nothing", async () => {
    const { plain, agents, calls } = registering({ register: { simple: true } });
    const answer = await plain(first({ tag: "shop" }));
    expect([answer.status, answer.json]).toEqual([200, { status: "registered", expiration: "30d" }]);
    expect(agents.get(`agentid ${AGENT}`)).toMatchObject({
      ...{ trust: "anonymous", state: "active" },
      attributes: { deviceId: DEVICE, program: "GLPI-Agent", tag: "shop", registered: { way: "simple" } },
    });
    expect(calls.enrolments[0]).toMatchObject({ role: "register", detail: { port: 62_354, way: "simple" } });
    expect(calls.audited).toMatchObject([{ action: "agent.register", detail: { glpiAgentId: AGENT, way: "simple" } }]);
  });

  it("has an expiration that is never before the next contact", async () => {
    const short = { simple: true, expiration: "30m" };
    expect((await registering({ register: short }).plain(first())).json.expiration).toBe("24h");
    const { plain } = registering({ register: short, settings: { "glpi.expiration": "2d" } });
    await plain(first());
    expect((await plain(first())).json.expiration).toBe("2d");
  });

  it("asks for a person where the policy wants one, until an operator has activated the node", async () => {
    const { plain, agents, deps, calls } = registering({ register: { manual: true } });
    const waits = { status: "pending", needs: "manual-validation", expiration: "1h" };
    for (let i = 0; i < 2; i++) expect((await plain(first())).json).toEqual(waits);
    const agent = agents.get(`agentid ${AGENT}`);
    expect(agent).toMatchObject({ state: "quarantined", attributes: { port: 62_354 } });
    expect(agent?.attributes).not.toHaveProperty("registered");
    expect(calls.audited).toEqual([]);
    await deps.registry.setState(agent?.nodeId ?? "", "active", "somebody");
    expect((await plain(first())).json).toEqual({ status: "registered", expiration: "30d" });
    expect(agents.get(`agentid ${AGENT}`)?.attributes["registered"]).toEqual({ way: "manual" });
    await deps.registry.setState(agent?.nodeId ?? "", "deactivated", "somebody");
    expect(await plain(first())).toMatchObject({ status: 403, json: { message: "forbidden" } });
  });

  it("asks for a person where unproven agents are quarantined, and refuses where they are refused", async () => {
    const register = { simple: true };
    const held = registering({ register, access: { unproven: "quarantine" } });
    expect((await held.plain(first())).json).toMatchObject({ status: "pending", needs: "manual-validation" });
    const refused = registering({ register, access: { atLeast: "refuse" } });
    expect((await refused.plain(first())).status).toBe(401);
    expect(refused.agents.size).toBe(0);
  });

  it("is a challenge where there is a token, with its expiration, the same until it is used", async () => {
    const { plain, kept, clock, calls } = registering();
    const { secret } = kept.token();
    const answer = await plain(first());
    expect([answer.status, answer.json]).toEqual([
      200,
      { status: "pending", needs: "token-validation", expiration: "60s", challenge: expect.any(String) },
    ]);
    expect(agentAnswer(secret, AGENT, answer.json.challenge)).toBeDefined();
    clock.set("2026-11-22T02:00:20.500Z");
    expect((await plain(first())).json).toEqual({ ...answer.json, expiration: "40s" });
    clock.set("2026-11-22T02:01:00Z");
    const anew = (await plain(first())).json;
    expect([anew.expiration, anew.challenge === answer.json.challenge]).toEqual(["60s", false]);
    expect([calls.enrolments, calls.audited]).toEqual([[], []]);
  });

  it("is another challenge for who says something else under the same id: the answer vouches for what was said (T5)", async () => {
    const { plain, kept, agents } = registering();
    const { secret } = kept.token();
    const asked = await plain(first());
    const thief = await plain(first({ deviceid: "thief" }));
    expect(thief.json.challenge).not.toBe(asked.json.challenge);
    const answerTo = (challenge: string) =>
      plain({ action: "register", challenge: agentAnswer(secret, AGENT, challenge)?.answer });
    expect((await answerTo(asked.json.challenge)).json).toEqual(failed);
    expect((await answerTo((await plain(first())).json.challenge)).json.status).toBe("registered");
    expect(agents.get(`agentid ${AGENT}`)?.attributes["deviceId"]).toBe(DEVICE);
  });

  it("gives a challenge more time behind a proxy, as the configuration says", async () => {
    const { plain, kept } = registering();
    kept.token();
    expect((await plain(first(), { proxies: [PROXY] })).json.expiration).toBe("600s");
    const other = registering({ register: { challengeSeconds: 10, proxyChallengeSeconds: 20 } });
    other.kept.token();
    expect((await other.plain(first())).json.expiration).toBe("10s");
  });

  it("follows the group of an agent that is known", async () => {
    const settings = { "glpi.register": { simple: true, token: false, expiration: "60d" } };
    const { plain, kept, say } = registering({ settings });
    kept.token();
    expect((await plain(first())).json.needs).toBe("token-validation");
    await say(contact());
    expect((await plain(first())).json).toEqual({ status: "registered", expiration: "60d" });
  });

  it("takes no token but the one that the policy names", async () => {
    const { plain, kept } = registering({ register: { token: "second" } });
    kept.token({ name: "first" });
    expect((await plain(first())).status).toBe(403);
    const { secret } = kept.token({ name: "second" });
    kept.token({ name: "third" });
    expect(agentAnswer(secret, AGENT, (await plain(first())).json.challenge)).toBeDefined();
  });
});
