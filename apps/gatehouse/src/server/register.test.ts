import { randomBytes, randomUUID } from "node:crypto";
import {
  garbled,
  jsonIn,
  ManInTheMiddle,
  RegisterAgent,
  type RegisterAgentOptions,
  RegisterProxy,
  sampleInventory,
  swappedHalves,
  uuidOfBytes,
  withJson,
} from "@gatehouse/simulator";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { useGateway } from "./gateway.test.helper.js";

// Whoever is in the middle of TLS is nobody.
const house = useGateway({ env: { GATEHOUSE_GLPI_REGISTER_OVER_HTTP: "true" } });
beforeAll(() => house.gateway.work.start());
afterAll(() => house.gateway.work.stop());

const url = () => `http://127.0.0.1:${house.port}/front/inventory.php`;
const wait = () => Promise.resolve();

/** A token as operators make them. @returns the text that agents are configured with */
async function newToken(more: { agent?: string; tag?: string; mostUses?: number; name?: string } = {}) {
  const secret = randomBytes(16);
  const { name = `token of ${randomUUID()}`, agent = null, tag = null, mostUses = null } = more;
  await house.gateway.registrationTokens.add({ name, agent, tag, mostUses, expiresAt: null, secret }, "test");
  return { name, text: uuidOfBytes(secret) };
}

function newAgent(more: Partial<RegisterAgentOptions> = {}) {
  const name = `host-${randomUUID().slice(0, 8)}`;
  const agent = new RegisterAgent({ serverUrl: url(), name, agentId: randomUUID(), wait, ...more });
  onTestFinished(() => agent.close());
  return Object.assign(agent, { host: more.name ?? name });
}

/** An agent with a token of its own: no other test's may be chosen for it. */
async function withOwnToken(more: Partial<RegisterAgentOptions> = {}) {
  const agentId = randomUUID();
  const token = await newToken({ agent: agentId });
  return { agent: newAgent({ agentId, token: token.text, ...more }), token };
}

const nodeOf = async (agentId: string) => (await house.gateway.registry.find(agentId))[0];
const actions = async (agentId: string) => {
  const { events } = await house.gateway.audit.list({ action: "agent." }, { limit: 500 });
  return events.filter(({ detail }) => detail["glpiAgentId"] === agentId).map(({ action }) => action);
};

describe("an agent that registers by a token", () => {
  it("gets a key, encrypts with it, and its inventory is its node's", async () => {
    const { agent, token } = await withOwnToken({ port: 8080 });
    expect(await agent.register()).toMatchObject({ status: "registered", expiration: 30 * 86_400, gaveKey: true });
    expect((await agent.contact()).status).toBe("ok");
    expect((await agent.inventory(sampleInventory(agent.host).json.content)).status).toBe("ok");
    await house.gateway.work.idle();
    const node = await nodeOf(agent.agentId);
    expect(node).toMatchObject({ state: "active", agents: [{ trust: "secret" }] });
    expect(node?.agents[0]?.attributes).toMatchObject({
      port: 8080,
      registered: { way: "token", token: token.name, own: true, encrypted: true },
    });
    const registrations = await house.gateway.registry.registrations(node?.id ?? "");
    expect(registrations.map(({ role }) => role)).toContain("register");
    const found = await house.db.run(
      "select from inventories i join agents a on a.id = i.agent_id where a.node_id = $1",
      [node?.id],
    );
    expect(found).toHaveLength(1);
    const { keys } = await house.gateway.agentKeys.list({ limit: 10, owner: agent.agentId });
    expect(keys).toMatchObject([
      { token: token.name, revokedAt: null, confirmedAt: expect.any(Date), nodeId: node?.id },
    ]);
    const told = JSON.stringify([house.lines, node, registrations, keys]);
    expect(told).not.toContain(token.text);
    expect(told).not.toContain(agent.key?.secret.toString("hex"));
  });

  it("is not repeated by who saw its messages, and not spoken for without its key", async () => {
    const { agent } = await withOwnToken();
    await agent.register();
    await agent.contact();
    expect((await agent.replay()).status).toBe(409);
    const plain = newAgent({ agentId: agent.agentId, name: "thief" });
    await expect(plain.contact()).rejects.toMatchObject({ message: expect.stringContaining("403") });
    expect(await plain.register()).toMatchObject({ status: "error", message: "challenge failed", gaveKey: false });
    expect((await nodeOf(agent.agentId))?.name).toBe(agent.host);
    expect((await agent.contact()).status).toBe("ok");
  });

  it("renews when an operator asks for it, and the older key ends", async () => {
    const { agent } = await withOwnToken();
    await agent.register();
    await agent.contact();
    const before = agent.key?.secret.toString("hex");
    expect(await house.gateway.agentKeys.askRenewal(agent.agentId)).toBe(1);
    await agent.contact();
    await agent.contact();
    expect(agent.key?.secret.toString("hex")).not.toBe(before);
    const { keys } = await house.gateway.agentKeys.list({ limit: 10, owner: agent.agentId });
    expect(keys.map(({ revokedAt }) => revokedAt === null)).toEqual([false, true]);
    expect(await actions(agent.agentId)).toEqual(["agent.register", "agent.register"]);
  });

  it("is out when its token is revoked", async () => {
    const { agent, token } = await withOwnToken();
    await agent.register();
    await agent.contact();
    expect(await house.gateway.registrationTokens.revoke(token.name)).toMatchObject({ keys: 1 });
    await expect(agent.contact()).rejects.toThrow();
    expect(agent.key).toBeUndefined();
  });

  it("begins again where the last answer was lost", async () => {
    let lost = 1;
    const loses = (operation: string) => operation === "validate" && lost-- > 0;
    const { agent } = await withOwnToken({ misbehaviour: { loses } });
    await expect(agent.register()).rejects.toThrow();
    expect(await agent.register()).toMatchObject({ gaveKey: true });
    expect((await agent.contact()).status).toBe("ok");
  });

  it("begins again where the lost answer had the one key that its token was good for", async () => {
    let lost = 1;
    const loses = (operation: string) => operation === "validate" && lost-- > 0;
    const agentId = randomUUID();
    const { text, name } = await newToken({ agent: agentId, mostUses: 1 });
    const agent = newAgent({ agentId, token: text, misbehaviour: { loses } });
    await expect(agent.register()).rejects.toThrow();
    expect(await agent.register()).toMatchObject({ gaveKey: true });
    expect((await agent.contact()).status).toBe("ok");
    const tokens = await house.gateway.registrationTokens.list();
    expect(tokens.find((token) => token.name === name)).toMatchObject({ uses: 1, mostUses: 1 });
  });

  it("fails with a wrong token, an echo and swapped halves, and is told no more than that", async () => {
    const failed = { status: "error", message: "challenge failed", gaveKey: false };
    const { agent } = await withOwnToken({ token: uuidOfBytes(randomBytes(16)) });
    expect(await agent.register()).toMatchObject(failed);
    for (const answer of [(challenge: string) => challenge, (_: string, honest: string) => swappedHalves(honest)]) {
      const { agent: other } = await withOwnToken({ misbehaviour: { answer } });
      expect(await other.register()).toMatchObject(failed);
      expect(await actions(other.agentId)).toEqual(["agent.register.fail"]);
      expect(await nodeOf(other.agentId)).toBeUndefined();
    }
  });

  it("of a tag, and for so many uses, is let in by it and not more often", async () => {
    const tag = `tag ${randomUUID()}`;
    const { text } = await newToken({ tag, mostUses: 1 });
    const late = newAgent({ tag, token: text });
    expect(await newAgent({ tag, token: text }).register()).toMatchObject({ gaveKey: true });
    expect(await late.register()).toMatchObject({ status: "error", message: "forbidden" });
  });
});

describe("somebody in between", () => {
  it("who garbles the key has done nothing but a delay: the agent begins again", async () => {
    const middle = await ManInTheMiddle.start(url());
    onTestFinished(() => middle.stop());
    let garbles = 1;
    middle.onAnswer = (answer) => {
      const crypto = jsonIn(answer)?.["crypto"];
      return typeof crypto === "string" && garbles-- > 0
        ? withJson(answer, { ...jsonIn(answer), crypto: garbled(crypto) })
        : answer;
    };
    const { agent } = await withOwnToken({ serverUrl: middle.url });
    expect(await agent.register()).toMatchObject({ gaveKey: true });
    expect((await agent.contact()).status).toBe("ok");
    expect((await nodeOf(agent.agentId))?.agents[0]?.trust).toBe("secret");
  });
});

describe("proxies", () => {
  it("two of them pass on what they cannot read, and are shown with the agent", async () => {
    const ids = [randomUUID(), randomUUID()] as const;
    const outer = await RegisterProxy.start({ serverUrl: url(), agentId: ids[1], wait });
    const inner = await RegisterProxy.start({ serverUrl: outer.url, agentId: ids[0], wait: () => outer.settled() });
    onTestFinished(() => inner.stop().then(() => outer.stop()));
    const { agent } = await withOwnToken({ serverUrl: inner.url, wait: () => inner.settled() });
    expect(await agent.register()).toMatchObject({ status: "registered", gaveKey: true });
    expect((await agent.contact()).status).toBe("ok");
    const node = await nodeOf(agent.agentId);
    expect(node?.agents[0]?.attributes["proxies"]).toEqual(ids);
    expect(node?.agents[0]?.trust).toBe("secret");
  });
});

describe("a proxy with a token of its own", () => {
  it("registers agents that have none, and encrypts for all of them with the one key that it got", async () => {
    const agentId = randomUUID();
    const { text } = await newToken({ agent: agentId });
    const proxy = await RegisterProxy.start({ serverUrl: url(), agentId, token: text, wait });
    onTestFinished(() => proxy.stop());
    for (let i = 0; i < 2; i++) {
      const agent = newAgent({ serverUrl: proxy.url, wait: () => proxy.settled() });
      expect(await agent.register()).toMatchObject({ status: "registered" });
      expect((await agent.contact()).status).toBe("ok");
      const node = await nodeOf(agent.agentId);
      expect(node?.agents[0]).toMatchObject({
        trust: "key",
        attributes: { registered: { proxy: agentId }, proxies: [agentId] },
      });
    }
    const { keys } = await house.gateway.agentKeys.list({ limit: 10, owner: agentId });
    expect(keys).toMatchObject([{ confirmedAt: expect.any(Date), revokedAt: null }]);
  });
});

describe("an agent without a token", () => {
  it("is told that it may not", async () => {
    expect(await newAgent().register()).toMatchObject({ status: "error", message: "forbidden" });
  });

  describe("where persons decide", () => {
    const other = useGateway({
      env: {
        GATEHOUSE_GLPI_REGISTER_OVER_HTTP: "true",
        GATEHOUSE_GLPI_REGISTER_MANUAL: "true",
        GATEHOUSE_GLPI_REGISTER_TOKEN: "false",
      },
    });

    it("waits for one, and is in when its node is activated", async () => {
      const agent = newAgent({ serverUrl: `http://127.0.0.1:${other.port}/` });
      expect(await agent.register()).toMatchObject({ status: "pending", needs: "manual-validation", expiration: 3600 });
      const [node] = await other.gateway.registry.find(agent.agentId);
      expect(node).toMatchObject({ name: agent.host, state: "quarantined" });
      await other.gateway.registry.setState(node?.id ?? "", "active", "somebody");
      expect(await agent.register()).toMatchObject({ status: "registered", expiration: 30 * 86_400, gaveKey: false });
    });
  });
});
