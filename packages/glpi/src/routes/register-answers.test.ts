import { describe, expect, it } from "vitest";
import { AGENT, contact } from "../glpi.test.helper.js";
import { agentAnswer, forged, raw, uuid } from "../register/agent.test.helper.js";
import { first, otherId, registering } from "./register.test.helper.js";

const swapped = (text: string) => uuid(Buffer.concat([raw(text).subarray(8), raw(text).subarray(0, 8)]));
const failed = { status: "error", message: "challenge failed", expiration: "1h" };

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
