import { describe, expect, it } from "vitest";
import { AGENT, contact } from "../glpi.test.helper.js";
import { agentAnswer } from "../register/agent.test.helper.js";
import { first, NEXT_PROXY, otherId, PROXY, registering } from "./register.test.helper.js";

const failed = { status: "error", message: "challenge failed", expiration: "1h" };

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
