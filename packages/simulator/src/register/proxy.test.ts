import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RegisterAgent, type RegisterAgentOptions } from "./agent.js";
import { FakeRegisterServer } from "./fake-register-server.test.helper.js";
import { RegisterProxy, type RegisterProxyOptions } from "./proxy.js";

const AGENT = "3a609a2e-947f-4e6a-9af9-32c024ac3944";
const NEAR = "11111111-1111-4111-8111-111111111111";
const FAR = "22222222-2222-4222-8222-222222222222";
const [TOKEN, NEAR_TOKEN, FAR_TOKEN] = [randomUUID(), randomUUID(), randomUUID()];

let server: FakeRegisterServer;
let far: RegisterProxy;
let near: RegisterProxy;
const open: { stop(): Promise<void> }[] = [];
const proxyTo = async (serverUrl: string, agentId: string, more: Partial<RegisterProxyOptions> = {}) => {
  const proxy = await RegisterProxy.start({ serverUrl, agentId, ...more });
  open.push(proxy);
  return proxy;
};
const agentAt = (more: Partial<RegisterAgentOptions> = {}) => {
  const agent = new RegisterAgent({
    ...{ serverUrl: near.url, name: "web01", agentId: AGENT, token: TOKEN },
    // Nothing is asked for again before it is there.
    wait: () => near.settled(),
    ...more,
  });
  open.push({ stop: async () => agent.close() });
  return agent;
};
beforeEach(async () => {
  server = await FakeRegisterServer.start();
  server.tokens.set(AGENT, TOKEN);
  far = await proxyTo(server.url, FAR, { token: FAR_TOKEN });
  near = await proxyTo(far.url, NEAR, { token: NEAR_TOKEN, wait: () => far.settled() });
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
  await server.stop();
});

const ask = (url: string, headers: Record<string, string> = {}, body?: object | string) =>
  fetch(url, {
    method: body === undefined ? "GET" : "POST",
    headers: { "Content-Type": "application/json", "GLPI-Agent-ID": AGENT, ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
const first = { action: "register", deviceid: "web01", port: 62354, name: "GLPI-Agent", version: "1" };

describe("an agent behind two proxies", () => {
  it("registers with a token that neither of them knows, and they cannot read what it says then", async () => {
    const agent = agentAt();
    expect(await agent.register()).toMatchObject({ status: "registered", gaveKey: true });
    expect(await agent.contact()).toMatchObject({ status: "ok" });
    expect(await agent.inventory({ hardware: { name: "web01" } })).toMatchObject({ status: "ok" });
    expect(server.actions()).toEqual(["register", "validate", "contact+", "inventory+"]);
    for (const said of server.said) expect(said).toMatchObject({ agentId: AGENT, proxies: [NEAR, FAR] });
    expect(server.said[2]).toMatchObject({ keyId: AGENT });
    expect(agent.key?.secret).toEqual(server.keys.get(AGENT));
    expect([near.key, far.key]).toEqual([undefined, undefined]);
  });

  it("renews under its key", async () => {
    const agent = agentAt();
    await agent.register();
    const { secret } = agent.key ?? {};
    expect(await agent.register()).toMatchObject({ status: "registered", gaveKey: true });
    expect(server.actions()).toEqual(["register", "validate", "register+", "validate+"]);
    expect(agent.key?.secret).not.toEqual(secret);
  });

  it("registers anew where its key is refused", async () => {
    const agent = agentAt();
    await agent.register();
    server.keys.clear();
    expect(await agent.contact()).toMatchObject({ status: "ok" });
    expect(server.actions().slice(2)).toEqual(["register", "validate", "contact+"]);
  });

  it("is joinable through them: 6.3.1", async () => {
    await agentAt().register();
    expect(server.said[0]?.message).toMatchObject({ port: far.port, deviceid: expect.stringContaining("web01") });
    await agentAt({ port: 0, agentId: randomUUID() }).register();
    expect(server.said.find(({ message }) => message["port"] === 0)).toBeDefined();
  });

  it("begins again where an answer to it got lost", async () => {
    for (const lost of ["register", "validate"] as const) {
      let losses = 1;
      const agent = agentAt({ misbehaviour: { loses: (operation) => operation === lost && losses-- > 0 } });
      await expect(agent.register()).rejects.toMatchObject({ kind: "transport" });
      await near.settled();
      expect(await agent.register()).toMatchObject({ status: "registered", gaveKey: true });
      expect(agent.key?.secret).toEqual(server.keys.get(AGENT));
    }
  });

  it("is told of a refusal, of a person's turn, and of a server that is away", async () => {
    server.handler = () => ({ status: 403, body: { status: "error", message: "forbidden", expiration: "4h" } });
    expect(await agentAt().register()).toMatchObject({ status: "error", message: "forbidden", expiration: 14_400 });
    server.handler = () => ({ body: { status: "pending", needs: "manual-validation", expiration: "2h" } });
    expect(await agentAt().register()).toMatchObject({ needs: "manual-validation", expiration: 7200 });
    await server.stop();
    expect(await agentAt().register()).toMatchObject({
      status: "error",
      message: expect.stringContaining("No answer"),
    });
    server = await FakeRegisterServer.start();
  });

  it("has its pending answers looked for, also those under its key", async () => {
    const agent = agentAt();
    await agent.register();
    server.handler = () => server.later("0A1B2C3D", { body: { status: "ok", expiration: 24 } });
    expect(await agent.inventory({})).toMatchObject({ status: "ok" });
  });
});

describe("a challenge about a proxy", () => {
  it.each([
    ["the first", NEAR, NEAR_TOKEN, () => near],
    ["the second", FAR, FAR_TOKEN, () => far],
  ])("is answered by %s, which encrypts with its own key what comes plain", async (_, id, token, proxy) => {
    server.tokens.clear();
    server.tokens.set(id, token);
    const agent = agentAt();
    expect(await agent.register()).toMatchObject({ status: "registered", gaveKey: false, failure: undefined });
    expect(agent.key).toBeUndefined();
    expect(proxy().key).toMatchObject({ owner: id, secret: server.keys.get(id) });
    expect(await agent.contact()).toMatchObject({ status: "ok" });
    expect(await agent.inventory({})).toMatchObject({ status: "ok" });
    expect(server.actions()).toEqual(["register", "validate", "contact+", "inventory+"]);
    const [, , contact, inventory] = server.said;
    expect([contact, inventory]).toMatchObject([
      { agentId: AGENT, keyId: id, requestId: "00000001" },
      { agentId: AGENT, keyId: id, requestId: "00000002" },
    ]);
  });

  it("is kept for the agent where the proxy's token is another", async () => {
    server.tokens.clear();
    server.tokens.set(NEAR, randomUUID());
    expect(await agentAt().register()).toMatchObject({ status: "error", failure: "challenge", gaveKey: false });
    expect(server.actions()).toEqual(["register", "failure"]);
  });
});

describe("a proxy", () => {
  it("answers at once that there is no answer, and hands it on when it is asked again: 6.1.2, 6.2.3, 6.2.4", async () => {
    const waits = await ask(near.url, {}, first);
    expect(await waits.json()).toEqual({ status: "pending", needs: "server-validation", expiration: "1s" });
    await near.settled();
    const challenge = (await (await ask(near.url, {}, first)).json()) as { needs: string };
    expect(challenge).toMatchObject({ status: "pending", needs: "token-validation" });
    const answer = { action: "register", challenge: randomUUID() };
    const relayed = await ask(near.url, {}, answer);
    expect(await relayed.json()).toEqual({ status: "pending", expiration: "1s" });
    await near.settled();
    const last = await ask(near.url, {}, answer);
    expect([last.status, await last.json()]).toEqual([403, expect.objectContaining({ message: "challenge failed" })]);
    expect(server.actions()).toEqual(["register", "validate"]);
  });

  it("hands on to a look by GET, as often as it is asked, and takes the same message as one", async () => {
    const headers = { "GLPI-Request-ID": "0000000A" };
    const contact = { action: "contact", deviceid: "web01" };
    for (const _ of [1, 2]) {
      const answer = await ask(near.url, headers, contact);
      expect([answer.status, answer.headers.get("glpi-request-id")]).toEqual([202, "0000000A"]);
    }
    await near.settled();
    for (const _ of [1, 2]) expect(await (await ask(near.url, headers)).json()).toMatchObject({ status: "ok" });
    expect(server.actions()).toEqual(["contact"]);
    expect((await ask(near.url, { "GLPI-Request-ID": "0000000B" })).status).toBe(404);
    expect((await ask(near.url, { ...headers, "GLPI-Agent-ID": FAR })).status).toBe(404);
  });

  it.each([
    ["itself", `${FAR}, ${NEAR.toUpperCase()}`, "proxy-loop-detected"],
    ["five others", Array.from({ length: 5 }, () => randomUUID()).join(","), "too-many-proxy"],
    ["three hundred", Array.from({ length: 300 }, () => randomUUID()).join(","), "too-many-proxy"],
  ])("refuses what came through %s: 3.2.7", async (_, list, message) => {
    const refused = await ask(near.url, { "GLPI-Proxy-ID": list }, first);
    expect([refused.status, await refused.json()]).toEqual([404, expect.objectContaining({ message })]);
    expect(server.said).toEqual([]);
  });

  it("says what it was told: a list of its own length, no port", async () => {
    const strict = await proxyTo(server.url, NEAR, { mostProxies: 1, port: 0, again: 30 });
    const through = await ask(strict.url, { "GLPI-Proxy-ID": FAR }, first);
    expect(through.status).toBe(404);
    expect(await (await ask(strict.url, {}, first)).json()).toMatchObject({ expiration: "30s" });
    await strict.settled();
    expect(server.said[0]?.message).toMatchObject({ port: 0 });
  });

  it("tells a legacy agent that JSON is spoken, and refuses who says no id", async () => {
    const prolog = await ask(near.url, {}, "<REQUEST><QUERY>PROLOG</QUERY></REQUEST>");
    expect([prolog.status, await prolog.json()]).toEqual([202, { status: "pending", expiration: 0 }]);
    expect((await ask(near.url, { "GLPI-Agent-ID": "x" }, first)).status).toBe(400);
  });

  it("forgets what nobody fetched", async () => {
    let now = Date.parse("2026-02-28T09:15:00Z");
    const proxy = await proxyTo(server.url, NEAR, { clock: () => new Date(now) });
    for (const _ of [1, 2]) {
      expect(await (await ask(proxy.url, {}, first)).json()).toMatchObject({ needs: "server-validation" });
      await proxy.settled();
      now += 600_000;
    }
    expect(server.actions()).toEqual(["register", "register"]);
  });
});
