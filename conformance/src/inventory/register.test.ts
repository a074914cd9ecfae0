import { randomUUID } from "node:crypto";
import type { RegisterAgent, RegisterProxy } from "@gatehouse/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { send } from "../wire.js";
import type { Shown } from "./house.js";
import { contentOf, type Registrar, startRegistrar } from "./registrar.js";

const OWN = 30 * 86_400;
let registrar: Registrar;
const inventoryOf = async (agent: RegisterAgent): Promise<Shown | undefined> => {
  const { nodes } = await registrar.json<{ nodes: { id: string; name: string }[] }>("node", "list");
  for (const { id } of nodes) {
    const { inventories } = await registrar.json<{ inventories: Shown[] }>("inventory", "show", id);
    const found = inventories.find(({ deviceId }) => deviceId === agent.deviceId);
    if (found !== undefined) return found;
  }
  return undefined;
};

describe("the reference agent", () => {
  beforeAll(async () => {
    registrar = await startRegistrar();
  });
  afterAll(() => registrar?.close());

  it("registers by a token of its own, and encrypts what it says", async () => {
    const id = randomUUID();
    const { name, secret } = await registrar.token("--agent", id);
    const agent = registrar.agent({ agentId: id, token: secret });
    expect(await agent.register()).toMatchObject({ status: "registered", gaveKey: true, expiration: OWN });
    expect(await registrar.keys(id)).toMatchObject([{ owner: id, token: name, confirmedAt: null }]);
    expect(await agent.contact()).toMatchObject({ status: "ok" });
    expect(await agent.inventory(contentOf("direct"))).toMatchObject({ status: "ok" });
    expect(agent.key?.confirmed).toBe(true);
    expect(await registrar.keys(id)).toMatchObject([{ confirmedAt: expect.any(String), revokedAt: null }]);
    expect(await inventoryOf(agent)).toMatchObject({ isComplete: true });
  });

  it("registers by a token that many share, and by one for its tag", async () => {
    const shared = await registrar.token();
    const tagged = await registrar.token("--tag", "berlin");
    expect(await registrar.agent({ token: shared.secret }).register()).toMatchObject({ gaveKey: true });
    const agent = registrar.agent({ token: tagged.secret, tag: "berlin" });
    expect(await agent.register()).toMatchObject({ status: "registered", gaveKey: true });
    for (const { name } of [shared, tagged]) await registrar.json("enrolment", "token", "revoke", name);
  });

  it("is not registered with a wrong token, and nothing is known of it", async () => {
    const id = randomUUID();
    await registrar.token("--agent", id);
    const agent = registrar.agent({ agentId: id, token: randomUUID() });
    expect(await agent.register()).toMatchObject({ status: "error", failure: "challenge", gaveKey: false });
    expect(await registrar.keys(id)).toEqual([]);
    await expect(agent.contact()).rejects.toThrow("silent");
  });

  it.each(["register", "validate"] as const)("begins again where the answer to %s got lost", async (lost) => {
    const id = randomUUID();
    const { secret } = await registrar.token("--agent", id);
    let losses = 1;
    const misbehaviour = { loses: (operation: string) => operation === lost && losses-- > 0 };
    const agent = registrar.agent({ agentId: id, token: secret, misbehaviour });
    await expect(agent.register()).rejects.toMatchObject({ kind: "transport" });
    expect(await agent.register()).toMatchObject({ status: "registered", gaveKey: true });
    expect(await agent.contact()).toMatchObject({ status: "ok" });
    // The key whose answer got lost went with the first message under the other.
    const live = (await registrar.keys(id)).filter(({ revokedAt }) => revokedAt === null);
    expect(live).toHaveLength(1);
  });

  it("renews under its key, and its older one ends with the first message under the other", async () => {
    const id = randomUUID();
    const { secret } = await registrar.token("--agent", id);
    const agent = registrar.agent({ agentId: id, token: secret });
    await agent.register();
    await agent.contact();
    const before = agent.key?.secret;
    expect(await agent.register()).toMatchObject({ status: "registered", gaveKey: true });
    expect(agent.key?.secret).not.toEqual(before);
    await agent.contact();
    expect((await registrar.keys(id)).map(({ revokedAt }) => revokedAt === null)).toEqual([false, true]);
  });

  it("renews where an operator asks for it, once", async () => {
    const id = randomUUID();
    const { secret } = await registrar.token("--agent", id);
    const agent = registrar.agent({ agentId: id, token: secret });
    await agent.register();
    await agent.contact();
    const [key] = await registrar.keys(id);
    await registrar.json("enrolment", "key", "renew", key?.id ?? "");
    expect(await agent.contact()).toMatchObject({ renew: true });
    expect(await agent.contact()).toMatchObject({ renew: false });
    expect(await registrar.keys(id)).toHaveLength(2);
  });

  it("gets nowhere with the keys of a token that was revoked", async () => {
    const id = randomUUID();
    const { name, secret } = await registrar.token("--agent", id);
    const agent = registrar.agent({ agentId: id, token: secret });
    await agent.register();
    await agent.contact();
    expect(await registrar.json("enrolment", "token", "revoke", name)).toMatchObject({ keys: 1 });
    const stored = await registrar.submissions();
    await expect(agent.inventory(contentOf("revoked"))).rejects.toThrow();
    expect(agent.key).toBeUndefined();
    expect(await registrar.submissions()).toBe(stored);
    expect((await registrar.keys(id)).filter(({ revokedAt }) => revokedAt === null)).toEqual([]);
  });

  it("is refused in plain once it has used its key: encryption is required", async () => {
    const id = randomUUID();
    const { secret } = await registrar.token("--agent", id);
    const agent = registrar.agent({ agentId: id, token: secret });
    await agent.register();
    await agent.contact();
    const stored = await registrar.submissions();
    const message = { deviceid: agent.deviceId, content: contentOf("plain") };
    for (const action of ["contact", "inventory"]) {
      const answer = await send(registrar.gateway.http, {
        ...{ method: "POST", path: "/", body: JSON.stringify({ action, ...message }) },
        headers: { "Content-Type": "application/json", "GLPI-Agent-ID": id },
      });
      expect([401, 403]).toContain(answer.status);
    }
    expect(await registrar.submissions()).toBe(stored);
  });

  it("is told over plain HTTP that it should register over TLS", async () => {
    const { secret } = await registrar.token();
    const agent = registrar.agent({ serverUrl: `${registrar.gateway.http}/`, token: secret });
    expect(await agent.register()).toMatchObject({ status: "error", message: "forbidden", gaveKey: false });
  });
});

describe("the reference agent behind two reference proxies", () => {
  let near: RegisterProxy;
  let far: RegisterProxy;
  const behind = (options: { agentId?: string; token?: string }) =>
    // Nothing is asked for again before it is there.
    registrar.agent({ serverUrl: near.url, wait: () => near.settled(), ...options });
  const start = async (nearToken?: string, ids: readonly [string, string] = [randomUUID(), randomUUID()]) => {
    far = await registrar.proxy({ agentId: ids[1], token: randomUUID() });
    near = await registrar.proxy({
      ...{ serverUrl: far.url, agentId: ids[0], wait: () => far.settled() },
      ...(nearToken === undefined ? {} : { token: nearToken }),
    });
  };
  beforeAll(async () => {
    registrar = await startRegistrar();
  });
  afterAll(() => registrar?.close());

  it("registers with a token that neither knows, and says what neither can read", async () => {
    await start();
    const id = randomUUID();
    const { secret } = await registrar.token("--agent", id);
    const agent = behind({ agentId: id, token: secret });
    expect(await agent.register()).toMatchObject({ status: "registered", gaveKey: true });
    expect(await agent.contact()).toMatchObject({ status: "ok" });
    expect(await agent.inventory(contentOf("behind"))).toMatchObject({ status: "ok" });
    expect([near.key, far.key]).toEqual([undefined, undefined]);
    expect(await inventoryOf(agent)).toMatchObject({ isComplete: true });
    // An operator sees by which way it comes.
    const { nodes } = await registrar.json<{ nodes: { id: string }[] }>("node", "list");
    const shown = await Promise.all(nodes.map((node) => registrar.json("node", "show", node.id)));
    expect(JSON.stringify(shown)).toContain(JSON.stringify([near.agentId, far.agentId]));
    // It renews through them, too.
    expect(await agent.register()).toMatchObject({ status: "registered", gaveKey: true });
    expect(await agent.contact()).toMatchObject({ status: "ok" });
  });

  it("is let in by the token of a proxy, which encrypts for it", async () => {
    const ids = [randomUUID(), randomUUID()] as const;
    const { secret } = await registrar.token("--agent", ids[0]);
    await start(secret, ids);
    const agent = behind({});
    expect(await agent.register()).toMatchObject({ status: "registered", gaveKey: false, failure: undefined });
    expect(near.key).toMatchObject({ owner: ids[0] });
    expect(await agent.contact()).toMatchObject({ status: "ok" });
    expect(await agent.inventory(contentOf("for-others"))).toMatchObject({ status: "ok" });
    expect(near.key?.confirmed).toBe(true);
    expect(await inventoryOf(agent)).toMatchObject({ isComplete: true });
  });

  it("is told of its failure through them", async () => {
    await start();
    const id = randomUUID();
    await registrar.token("--agent", id);
    expect(await behind({ agentId: id, token: randomUUID() }).register()).toMatchObject({
      ...{ status: "error", message: "challenge failed", failure: "challenge" },
    });
    expect(await registrar.keys(id)).toEqual([]);
  });

  it.each([
    ["a loop", (id: string) => `${id},${id}`, "proxy-loop-detected"],
    ["three hundred proxies", () => Array.from({ length: 300 }, () => randomUUID()).join(","), "too-many-proxy"],
  ])("is refused by the gateway through %s", async (_, list, message) => {
    const answer = await send(registrar.https.replace(/\/$/, ""), {
      ...{ method: "POST", path: "/", body: '{"action":"register","deviceid":"x","port":0,"name":"x","version":"1"}' },
      headers: {
        "Content-Type": "application/json",
        "GLPI-Agent-ID": randomUUID(),
        "GLPI-Proxy-ID": list(randomUUID()),
      },
    });
    expect([answer.status, JSON.parse(answer.body.toString())]).toEqual([404, expect.objectContaining({ message })]);
  });

  it("is refused by the gateway with a list of seven thousand, whose headers are larger than any", async () => {
    const answer = await send(registrar.gateway.http, {
      ...{ method: "POST", path: "/", body: "{}" },
      headers: {
        "GLPI-Agent-ID": randomUUID(),
        // Just over 256 KiB: of much more the answer may be lost, as the connection ends with something unread.
        "GLPI-Proxy-ID": Array.from({ length: 7_100 }, () => randomUUID()).join(","),
      },
    });
    expect(answer.status).toBe(431);
  });
});

describe("the reference agent where a person decides", () => {
  beforeAll(async () => {
    registrar = await startRegistrar({ GATEHOUSE_GLPI_REGISTER_MANUAL: "true" });
  });
  afterAll(() => registrar?.close());

  it("waits in the list of what is pending, and is in when its node was activated", async () => {
    const agent = registrar.agent();
    expect(await agent.register()).toMatchObject({ status: "pending", needs: "manual-validation" });
    expect(await agent.registerIfDue()).toBeUndefined();
    const { nodes } = await registrar.json<{ nodes: { id: string; state: string }[] }>("node", "list");
    expect(nodes).toMatchObject([{ state: "quarantined" }]);
    expect(JSON.stringify(await registrar.json("pending"))).toContain(nodes[0]?.id);
    expect(await agent.register()).toMatchObject({ needs: "manual-validation" });
    await registrar.json("node", "activate", nodes[0]?.id ?? "");
    expect(await agent.register()).toMatchObject({ status: "registered", gaveKey: false });
    expect(await agent.contact()).toMatchObject({ status: "ok" });
  });
});
