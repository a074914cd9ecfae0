import { describe, expect, it } from "vitest";
import { AGENT, contact, DEVICE } from "../glpi.test.helper.js";
import { agentAnswer, forged, raw, uuid } from "../register/agent.test.helper.js";
import { first, NEXT_PROXY, otherId, PROXY, registering } from "./register.test.helper.js";

const swapped = (text: string) => uuid(Buffer.concat([raw(text).subarray(8), raw(text).subarray(0, 8)]));
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

describe("6.1.3, the agent's answer (reliability T28)", () => {
  it("is taken once", async () => {
    const { plain, byToken, kept } = registering();
    const { secret } = kept.token();
    const { answer } = await byToken(secret);
    const again = await plain({ action: "register", challenge: answer.answer });
    expect([again.status, again.json]).toEqual([403, failed]);
    expect(kept.keys).toHaveLength(1);
  });

  it.each([
    ["our challenge, sent back", (asked: string) => asked],
    ["swapped halves", (_: string, answer: string) => swapped(answer)],
    ["garbled", (_: string, answer: string) => answer.replace(/^./, (sign) => (sign === "0" ? "1" : "0"))],
    ["of another token", () => forged(Buffer.alloc(16, 1), "00".repeat(16))],
    ["zeros", () => uuid(Buffer.alloc(16))],
  ])("that is %s fails, and uses the challenge up", async (_, made) => {
    const { plain, kept, agents, calls } = registering();
    const { secret, name } = kept.token();
    const asked = (await plain(first())).json.challenge as string;
    const right = agentAnswer(secret, AGENT, asked)?.answer ?? "";
    const answer = await plain({ action: "register", challenge: made(asked, right) });
    expect([answer.status, answer.json]).toEqual([403, failed]);
    expect((await plain({ action: "register", challenge: right })).json).toEqual(failed);
    expect([agents.size, kept.keys.length]).toEqual([0, 0]);
    expect(calls.audited).toMatchObject([
      { action: "agent.register.fail", subject: AGENT, detail: { token: name, from: "192.0.2.1" } },
    ]);
    expect(JSON.stringify([calls.audited, calls.log])).not.toContain(uuid(secret));
  });

  it("fails without a challenge, of another agent's, and after its time", async () => {
    const { plain, kept, clock } = registering();
    const { secret } = kept.token();
    expect((await plain({ action: "register", challenge: otherId() })).json).toEqual(failed);
    const asked = (await plain(first())).json.challenge as string;
    const challenge = agentAnswer(secret, AGENT, asked)?.answer;
    expect((await plain({ action: "register", challenge }, { agentId: otherId() })).json).toEqual(failed);
    clock.set("2026-11-22T02:01:00Z");
    expect((await plain({ action: "register", challenge })).json).toEqual(failed);
    expect(kept.keys).toEqual([]);
  });

  it("failure drops the challenge before a registration", async () => {
    const { plain, kept } = registering();
    const { secret } = kept.token();
    const asked = (await plain(first())).json.challenge as string;
    const answer = await plain({ action: "register", challenge: "failure" });
    expect([answer.status, answer.json, kept.waiting.size]).toEqual([403, failed, 0]);
    const challenge = agentAnswer(secret, AGENT, asked)?.answer;
    expect((await plain({ action: "register", challenge })).json).toEqual(failed);
  });

  it("failure undoes key and registration after one", async () => {
    const { plain, byToken, kept, agents, deps, calls } = registering();
    const { secret } = kept.token();
    await byToken(secret);
    expect((await plain({ action: "register", challenge: "Failure" })).json).toEqual(failed);
    expect(await deps.agentKeys.live(AGENT)).toEqual([]);
    expect(agents.get(`agentid ${AGENT}`)?.attributes["registered"]).toMatchObject({ way: "token", undone: true });
    expect(calls.audited.map(({ action }) => action)).toEqual(["agent.register", "agent.register.undo"]);
    expect((await byToken(secret)).key).toHaveLength(16);
    expect(agents.get(`agentid ${AGENT}`)?.attributes["registered"]).not.toHaveProperty("undone");
  });

  it("failure of whoever says it undoes no key that was used", async () => {
    const { plain, under, byToken, kept, deps } = registering();
    const { key } = await byToken(kept.token().secret);
    expect((await under(key ?? Buffer.alloc(0), contact())).status).toBe(200);
    expect((await plain({ action: "register", challenge: "failure" })).json).toEqual(failed);
    expect(await deps.agentKeys.live(AGENT)).toHaveLength(1);
  });

  it("is tried five times in an hour by one agent from one address, and no more", async () => {
    const { plain, kept, clock } = registering();
    const { secret } = kept.token();
    for (let i = 0; i < 5; i++) {
      expect((await plain(first())).json.needs).toBe("token-validation");
      expect((await plain({ action: "register", challenge: otherId() })).json).toEqual(failed);
    }
    expect((await plain(first())).json).toEqual(failed);
    // Neither does it take the challenge away that the agent got elsewhere.
    const asked = (await plain(first(), { from: "192.0.2.9" })).json.challenge as string;
    const challenge = agentAnswer(secret, AGENT, asked)?.answer;
    for (const said of [otherId(), "failure"]) await plain({ action: "register", challenge: said });
    expect((await plain({ action: "register", challenge }, { from: "192.0.2.9" })).json.status).toBe("registered");
    expect((await plain(first(), { agentId: otherId() })).json.needs).toBe("token-validation");
    clock.set("2026-11-22T03:00:00Z");
    expect((await plain(first())).json.needs).toBe("token-validation");
  });
});

describe("6.1.4, the server's last answer", () => {
  it("shows that we know the token, and holds a key", async () => {
    const { byToken, kept, agents, calls } = registering();
    const { secret, name } = kept.token();
    const { last, key, isOurs } = await byToken(secret, { said: { tag: "shop" } });
    expect([last.status, last.json]).toEqual([
      200,
      { status: "registered", expiration: "30d", challenge: expect.any(String), crypto: expect.any(String) },
    ]);
    expect([isOurs, key]).toEqual([true, kept.keys[0]?.secret]);
    expect(kept.keys[0]).toMatchObject({ owner: AGENT, expiresAt: new Date("2026-12-22T02:00:00Z") });
    expect(agents.get(`agentid ${AGENT}`)).toMatchObject({
      ...{ trust: "key", state: "active" },
      attributes: { tag: "shop", port: 62_354, registered: { way: "token", token: name, own: false, encrypted: true } },
    });
    expect(calls.audited).toMatchObject([{ action: "agent.register", detail: { token: name, key: kept.keys[0]?.id } }]);
    const told = JSON.stringify([calls.audited, calls.log, calls.enrolments, [...agents]]);
    for (const hidden of [secret, key ?? secret]) {
      expect(told).not.toContain(uuid(hidden));
      expect(told).not.toContain(hidden.toString("hex"));
    }
  });

  it("of a token of its own makes the agent as trusted as one with a secret", async () => {
    const { byToken, kept, agents } = registering();
    const { secret } = kept.token({ agent: AGENT });
    await byToken(secret);
    expect(agents.get(`agentid ${AGENT}`)).toMatchObject({
      trust: "secret",
      attributes: { registered: { own: true } },
    });
  });

  it("has no key where the policy turns encryption off, and shuts nobody out with that", async () => {
    const { byToken, kept, agents, say } = registering({ register: { encrypt: "off" } });
    const { last, isOurs } = await byToken(kept.token().secret);
    expect([isOurs, last.json.crypto, kept.keys]).toEqual([true, undefined, []]);
    expect(agents.get(`agentid ${AGENT}`)).toMatchObject({ trust: "anonymous", state: "active" });
    expect((await say(contact())).status).toBe(200);
  });

  it("of a renewal is written down where it says something new, and its key always", async () => {
    const { byToken, kept, calls } = registering();
    const { secret } = kept.token();
    for (let i = 0; i < 3; i++) await byToken(secret);
    expect([calls.enrolments.length, kept.keys.length, calls.audited.length]).toEqual([1, 3, 3]);
    await byToken(secret, { said: { port: 0 } });
    expect(calls.enrolments.at(-1)?.detail).toMatchObject({ port: 0 });
    expect(calls.enrolments).toHaveLength(2);
  });

  it("is no key where the token is used up or revoked meanwhile", async () => {
    const { byToken, plain, kept, agents } = registering();
    const token = kept.token({ left: 1 });
    const asked = await plain(first());
    await byToken(token.secret, { agentId: otherId() });
    const challenge = agentAnswer(token.secret, AGENT, asked.json.challenge)?.answer;
    expect(await plain({ action: "register", challenge })).toMatchObject({
      status: 403,
      json: { message: "forbidden" },
    });
    expect(agents.has(`agentid ${AGENT}`)).toBe(false);
    expect((await plain(first())).status).toBe(403);
  });

  it("that was lost may be asked for again: the key that nobody got bars nothing", async () => {
    const { byToken, kept, under } = registering();
    const { secret } = kept.token();
    await byToken(secret);
    const { key } = await byToken(secret);
    expect(kept.keys).toHaveLength(2);
    expect((await under(key ?? Buffer.alloc(0), contact())).status).toBe(200);
    expect((await byToken(secret)).key).toHaveLength(16);
  });

  it("that was lost may be asked for again with a token for one agent, and by that agent alone", async () => {
    const { byToken, under, plain, kept } = registering();
    const { secret } = kept.token({ left: 1 });
    await byToken(secret);
    const { key } = await byToken(secret);
    expect(kept.keys.map(({ gone }) => gone)).toEqual([false, true]);
    expect((await plain(first(), { agentId: otherId() })).status).toBe(403);
    expect((await under(key ?? Buffer.alloc(0), contact())).status).toBe(200);
    expect((await plain(first())).status).toBe(403);
  });

  it("that was lost may be asked for again also where the list of tokens is old", async () => {
    const { byToken, plain, kept, deps } = registering();
    const token = kept.token({ left: 1 });
    const usable = await deps.registrationTokens.usable();
    await byToken(token.secret);
    const { usable: now } = deps.registrationTokens;
    // It still stands in the list that it is used up in.
    Object.assign(deps.registrationTokens, { usable: async () => usable });
    expect((await byToken(token.secret)).key).toHaveLength(16);
    // It does not stand in the list yet that it was given back to.
    Object.assign(deps.registrationTokens, { usable: async () => [] });
    expect((await plain(first())).status).toBe(429);
    Object.assign(deps.registrationTokens, { usable: now });
    expect((await byToken(token.secret)).key).toHaveLength(16);
  });

  it("lets an agent out of quarantine", async () => {
    const { say, byToken, kept, agents } = registering({ access: { unproven: "quarantine" } });
    await say(contact());
    expect(agents.get(`agentid ${AGENT}`)?.state).toBe("quarantined");
    await byToken(kept.token().secret);
    expect(agents.get(`agentid ${AGENT}`)?.state).toBe("active");
  });

  it("is for agents that are refused without a proof, too", async () => {
    const { byToken, kept, under } = registering({ access: { atLeast: "refuse" } });
    const { key } = await byToken(kept.token().secret);
    expect((await under(key ?? Buffer.alloc(0), contact())).json.status).toBe("ok");
  });
});

describe("decisions, row 20: who proved itself, and who did not", () => {
  it("an invalid token falls back to simple where that is allowed, after each token had its try", async () => {
    const { plain, kept } = registering({ register: { simple: true } });
    const older = kept.token({ name: "older" });
    const newer = kept.token({ name: "newer" });
    for (const { secret } of [newer, older]) {
      expect(agentAnswer(secret, AGENT, (await plain(first())).json.challenge)).toBeDefined();
      expect((await plain({ action: "register", challenge: "failure" })).json).toEqual(failed);
    }
    expect((await plain(first())).json).toEqual({ status: "registered", expiration: "30d" });
  });

  it("and not at all where it is not", async () => {
    const { plain, kept } = registering();
    kept.token();
    for (let i = 0; i < 3; i++) {
      expect((await plain(first())).json.needs).toBe("token-validation");
      await plain({ action: "register", challenge: "failure" });
    }
  });

  it("an agent that has used its key begins anew by a token, never simply", async () => {
    const { plain, under, byToken, kept, agents } = registering({ register: { simple: true } });
    const { secret } = kept.token();
    const { key } = await byToken(secret);
    await under(key ?? Buffer.alloc(0), contact());
    expect(agents.get(`agentid ${AGENT}`)?.trust).toBe("secret");
    await plain(first());
    await plain({ action: "register", challenge: "failure" });
    expect((await plain(first())).json.needs).toBe("token-validation");
    kept.tokens.length = 0;
    expect(await plain(first())).toMatchObject({ status: 403, json: { message: "forbidden" } });
    kept.tokens.push({ id: "1", name: "back", tag: null, agent: null, secret });
    expect((await byToken(secret)).key).toHaveLength(16);
  });

  it("an agent with a token of its own is not taken over by a shared one", async () => {
    const { plain, byToken, kept } = registering();
    await byToken(kept.token({ agent: AGENT }).secret);
    // As revoking it does.
    kept.amend(AGENT, { gone: true });
    kept.tokens.length = 0;
    kept.token({ name: "shared" });
    expect((await plain(first())).status).toBe(403);
  });

  it.each([
    ["with a login of its own", { way: "basic", trust: "secret", by: "web01", agent: AGENT }],
    ["with a certificate", { way: "certificate", trust: "certificate", by: "01", agent: AGENT }],
  ] as const)("an agent %s is not taken over by a shared token", async (_, proof) => {
    const before = registering({ proof });
    await before.say(contact());
    const { plain, kept, agents } = registering();
    for (const [key, agent] of before.agents) agents.set(key, agent);
    const { secret } = kept.token();
    const asked = await plain(first());
    const challenge = asked.status === 200 ? agentAnswer(secret, AGENT, asked.json.challenge)?.answer : undefined;
    const last = challenge === undefined ? asked : await plain({ action: "register", challenge });
    expect([last.status, kept.keys]).toEqual([401, []]);
  });

  it("a proof of another agent registers nobody", async () => {
    const proof = { way: "certificate", trust: "certificate", by: "01", agent: otherId() } as const;
    const { plain, agents } = registering({ proof, register: { simple: true } });
    expect([(await plain(first())).status, agents.size]).toEqual([403, 0]);
  });
});

describe("a proxy on the way", () => {
  it("hands on what it cannot read: the challenge is the agent's", async () => {
    const { byToken, kept, agents } = registering();
    kept.token({ name: "the proxy's", agent: PROXY });
    const { secret } = kept.token({ name: "the agent's", agent: AGENT });
    expect((await byToken(secret, { proxies: [PROXY] })).key).toHaveLength(16);
    expect(agents.get(`agentid ${AGENT}`)?.attributes["registered"]).not.toHaveProperty("proxy");
    expect(kept.keys[0]?.owner).toBe(AGENT);
  });

  it("registers agents on their behalf by its own token, and has the key", async () => {
    const { byToken, under, kept, agents } = registering();
    const { secret } = kept.token({ agent: PROXY });
    const { key } = await byToken(secret, { proxies: [NEXT_PROXY, PROXY], of: PROXY });
    expect(kept.keys[0]?.owner).toBe(PROXY);
    expect(agents.get(`agentid ${AGENT}`)).toMatchObject({
      ...{ trust: "key", attributes: { registered: { own: false, proxy: PROXY } } },
    });
    const way = { owner: PROXY, proxies: [PROXY] };
    expect((await under(key ?? Buffer.alloc(0), contact(), way)).json.status).toBe("ok");
    // It uses its key: the next agent behind it needs no other.
    const other = otherId();
    const next = await byToken(secret, { agentId: other, proxies: [PROXY], of: PROXY });
    expect([next.last.json.status, next.isOurs, next.key]).toEqual(["registered", true, undefined]);
    expect((await under(key ?? Buffer.alloc(0), contact(), { ...way, agentId: other })).status).toBe(200);
  });

  it("does not register an agent anew that has a key of its own", async () => {
    const { byToken, under, plain, kept } = registering();
    const shared = kept.token();
    const { key } = await byToken(shared.secret);
    await under(key ?? Buffer.alloc(0), contact());
    kept.tokens.length = 0;
    const { secret } = kept.token({ agent: PROXY });
    const asked = await plain(first(), { proxies: [PROXY] });
    const challenge = agentAnswer(secret, PROXY, asked.json.challenge)?.answer;
    expect((await plain({ action: "register", challenge }, { proxies: [PROXY] })).status).toBe(401);
  });
});

describe("a flood", () => {
  it("of registrations from one address is told that we are busy, before anything is read or kept of it", async () => {
    const { plain, kept, clock, calls } = registering({ register: { perMinute: 20, simple: true, token: false } });
    const answers = await Promise.all(Array.from({ length: 1000 }, () => plain(first(), { agentId: otherId() })));
    const by = (status: number) => answers.filter((answer) => answer.status === status);
    expect([by(200).length, by(429).length]).toEqual([20, 980]);
    expect(by(429)[0]?.json).toEqual({ status: "error", message: "busy server", expiration: "30m" });
    expect([calls.enrolments.length, kept.waiting.size]).toEqual([20, 0]);
    expect((await plain(first(), { from: "192.0.2.9" })).status).toBe(200);
    expect((await plain({ action: "register", challenge: otherId() })).json).toEqual(failed);
    clock.set("2026-11-22T02:01:00Z");
    expect((await plain(first())).status).toBe(200);
  });

  it("of one network of IPv6 is one of one address", async () => {
    const { plain } = registering({ register: { perMinute: 1, simple: true } });
    expect((await plain(first(), { from: "2001:db8::1" })).status).toBe(200);
    expect((await plain(first(), { from: "2001:db8::2:1" })).status).toBe(429);
    expect((await plain(first(), { from: "2001:db8:0:1::1" })).status).toBe(200);
  });
});
