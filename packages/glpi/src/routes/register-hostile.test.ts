import type { Alias } from "@gatehouse/core/nodes";
import { describe, expect, it } from "vitest";
import { AGENT, contact, DEVICE } from "../glpi.test.helper.js";
import { agentAnswer } from "../register/agent.test.helper.js";
import { first, otherId, PROXY, registering } from "./register.test.helper.js";

describe("whoever knows an agent's id, and no token (reliability T5)", () => {
  it("fills no audit by failing under ever other ids", async () => {
    const { plain, kept, calls } = registering();
    kept.token();
    for (let i = 0; i < 110; i++) {
      const agentId = otherId();
      await plain(first(), { agentId });
      expect((await plain({ action: "register", challenge: otherId() }, { agentId })).status).toBe(403);
    }
    expect(calls.audited).toHaveLength(100);
    expect(calls.log.filter((line) => JSON.stringify(line).includes("register: failed"))).toHaveLength(10);
  });

  it("is judged as an agent that is known where that one came in between", async () => {
    const owner = registering({ proof: { way: "certificate", trust: "certificate", by: "01", agent: AGENT } });
    await owner.say(contact());
    const { say, agents, deps, calls } = registering();
    for (const [key, agent] of owner.agents) agents.set(key, agent);
    const { findAgent } = deps.registry;
    let looks = 0;
    Object.assign(deps.registry, { findAgent: async (alias: Alias) => (looks++ === 0 ? undefined : findAgent(alias)) });
    expect((await say(contact())).status).toBe(401);
    expect([looks > 1, calls.accepted]).toEqual([true, []]);
  });

  it("keeps no agent from registering by registering in its name, however often", async () => {
    const { plain, kept, agents } = registering();
    const { secret } = kept.token();
    const asked = await plain(first());
    for (const deviceid of ["a", "b"]) await plain(first({ deviceid }), { from: "192.0.2.66" });
    const challenge = agentAnswer(secret, AGENT, asked.json.challenge)?.answer;
    expect((await plain({ action: "register", challenge })).json.status).toBe("registered");
    expect(agents.get(`agentid ${AGENT}`)?.attributes["deviceId"]).toBe(DEVICE);
  });

  it("failure undoes no key that is older than a challenge lives, whatever proxies who says it makes up", async () => {
    const { plain, byToken, kept, deps, clock } = registering();
    await byToken(kept.token().secret);
    clock.set("2026-11-22T02:01:01Z");
    await plain({ action: "register", challenge: "failure" }, { proxies: [PROXY] });
    expect(await deps.agentKeys.live(AGENT)).toHaveLength(1);
  });

  it("failure undoes nothing for who failed too often: one address takes five keys back, and no more", async () => {
    const { plain, byToken, kept, deps } = registering();
    for (let i = 0; i < 5; i++) await plain({ action: "register", challenge: "failure" }, { from: "192.0.2.66" });
    await byToken(kept.token().secret);
    await plain({ action: "register", challenge: "failure" }, { from: "192.0.2.66" });
    expect(await deps.agentKeys.live(AGENT)).toHaveLength(1);
  });
});

describe("whoever has a shared token", () => {
  it("lets nobody out of quarantine when it has ended since the challenge", async () => {
    const { say, plain, byToken, kept, agents } = registering({ access: { unproven: "quarantine" } });
    await say(contact());
    const { secret } = kept.token({ left: 1 });
    const asked = await plain(first());
    await byToken(secret, { agentId: otherId(), said: { deviceid: "other" } });
    const challenge = agentAnswer(secret, AGENT, asked.json.challenge)?.answer;
    expect((await plain({ action: "register", challenge })).status).toBe(403);
    expect(agents.get(`agentid ${AGENT}`)?.state).toBe("quarantined");
  });

  it.each([
    ["where no key is given", { encrypt: "off" as const }, 0],
    ["where one is", {}, 2],
  ])("lets in as many as it is good for, also %s", async (_, register, keys) => {
    const { plain, kept, agents } = registering({ register });
    const { secret } = kept.token({ left: 2 });
    const ids = [AGENT, otherId(), otherId()];
    const asked = [];
    for (const agentId of ids)
      asked.push((await plain(first({ deviceid: `d ${agentId}` }), { agentId })).json.challenge);
    const answers = [];
    for (const [n, agentId] of ids.entries()) {
      const challenge = agentAnswer(secret, agentId, asked[n])?.answer;
      answers.push((await plain({ action: "register", challenge }, { agentId })).status);
    }
    expect([answers, kept.keys.length]).toEqual([[200, 200, 403], keys]);
    expect(ids.map((id) => agents.has(`agentid ${id}`))).toEqual([true, true, false]);
  });

  it.each([
    ["when it registered", true],
    ["later", false],
  ])(
    "an agent that showed a login of its own %s is not taken over by the shared token that it registered with",
    async (_, isFirst) => {
      const login = { way: "basic", trust: "secret", by: "web01", agent: AGENT } as const;
      const [own, others] = [registering({ proof: login }), registering()];
      const token = own.kept.token();
      others.kept.token(token);
      const here = (there: typeof own, from: typeof own) => {
        for (const [key, agent] of from.agents) there.agents.set(key, agent);
        return there;
      };
      if (isFirst) await own.byToken(token.secret);
      else {
        const { key } = await others.byToken(token.secret);
        await others.under(key ?? Buffer.alloc(0), contact());
        others.kept.keys.length = 0;
        expect((await here(own, others).say(contact())).status).toBe(200);
      }
      const { last } = await here(others, own).byToken(token.secret);
      expect([last.status, others.kept.keys]).toEqual([401, []]);
      expect((await here(own, others).byToken(token.secret)).key).toHaveLength(16);
    },
  );
});
