import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RegisterAgent, type RegisterAgentOptions } from "./agent.js";
import { FakeRegisterServer } from "./fake-register-server.test.helper.js";
import { garbled, swappedHalves } from "./middle.js";

const AGENT = "3a609a2e-947f-4e6a-9af9-32c024ac3944";
const TOKEN = randomUUID();
const START = Date.parse("2026-02-28T09:15:00Z");
const DAY = 86_400;

let server: FakeRegisterServer;
let now: number;
let waited: number[];
const agents: RegisterAgent[] = [];
beforeEach(async () => {
  server = await FakeRegisterServer.start();
  server.tokens.set("", TOKEN);
  now = START;
  waited = [];
});
afterEach(async () => {
  for (const agent of agents.splice(0)) agent.close();
  await server.stop();
});

const agentOf = (more: Partial<RegisterAgentOptions> = {}) => {
  const agent = new RegisterAgent({
    ...{ serverUrl: server.url, name: "web01", agentId: AGENT, token: TOKEN },
    clock: () => new Date(now),
    wait: async (milliseconds) => void waited.push(milliseconds),
    ...more,
  });
  agents.push(agent);
  return agent;
};
const at = (seconds: number) => new Date(START + 1000 * seconds);

describe("registering", () => {
  it("6.1.1: says who it is, by token, and takes the key", async () => {
    const agent = agentOf({ tag: "site-a" });
    expect(await agent.register()).toMatchObject({ status: "registered", expiration: 30 * DAY, gaveKey: true });
    expect(server.said[0]).toMatchObject({
      ...{ agentId: AGENT, keyId: "", requestId: "00000001" },
      message: {
        ...{ action: "register", deviceid: "web01-2026-02-28-09-15-00", port: 62354, tag: "site-a" },
        ...{ name: "GLPI-Agent", version: "1.12" },
      },
    });
    expect(server.actions()).toEqual(["register", "validate"]);
    expect(agent.key).toMatchObject({ owner: AGENT, secret: server.keys.get(AGENT), expiresAt: at(30 * DAY) });
  });

  it("6.1.2: is registered without a token where the server does so, and encrypts nothing", async () => {
    server.tokens.clear();
    const agent = agentOf({ port: 0 });
    expect(await agent.register()).toMatchObject({ status: "registered", gaveKey: false });
    expect(server.said[0]?.message).toMatchObject({ port: 0 });
    await agent.contact();
    expect(server.actions()).toEqual(["register", "contact"]);
  });

  it("6.1.2: waits for a person, and comes again with the same at the expiration", async () => {
    server.handler = () => ({ body: { status: "pending", needs: "manual-validation", expiration: "4h" } });
    const agent = agentOf();
    expect(await agent.register()).toMatchObject({ status: "pending", needs: "manual-validation" });
    now += 4 * 3_600_000 - 1;
    expect(await agent.registerIfDue()).toBeUndefined();
    now += 1;
    server.handler = () => undefined;
    expect(await agent.registerIfDue()).toMatchObject({ status: "registered", gaveKey: true });
    expect(server.said[1]?.message).toEqual(server.said[0]?.message);
  });

  it("6.1.2: says nothing more before the expiration of an error", async () => {
    server.handler = () => ({ status: 403, body: { status: "error", message: "forbidden", expiration: "4h" } });
    const agent = agentOf();
    expect(await agent.register()).toMatchObject({ status: "error", message: "forbidden", expiration: 4 * 3600 });
    await expect(agent.contact()).rejects.toThrow("silent");
    expect(await agent.registerIfDue()).toBeUndefined();
    expect(server.said).toHaveLength(1);
    now += 4 * 3_600_000;
    server.handler = () => undefined;
    expect(await agent.registerIfDue()).toMatchObject({ status: "registered" });
  });

  it("6.2.2: says failure to a challenge that is not its own: another token, no token", async () => {
    for (const token of [randomUUID(), undefined]) {
      const agent = agentOf({ ...(token === undefined ? { token: undefined as never } : { token }) });
      const ended = await agent.register();
      expect(ended).toMatchObject({ status: "error", message: "challenge failed", failure: "challenge" });
      expect(agent.key).toBeUndefined();
    }
    expect(server.actions()).toEqual(["register", "failure", "register", "failure"]);
  });

  it.each([
    ["another challenge", { challenge: randomUUID() }],
    ["no challenge", {}],
    ["what it sent itself", { challenge: "own" }],
  ])("6.2.4: says failure to a server that proves itself by %s", async (_, said) => {
    server.handler = ({ message: { challenge } }) =>
      challenge === undefined || challenge === "failure"
        ? undefined
        : {
            body: {
              ...{ status: "registered", expiration: "30d", crypto: randomUUID(), ...said },
              ...("challenge" in said && said.challenge === "own" && { challenge }),
            },
          };
    const agent = agentOf();
    expect(await agent.register()).toMatchObject({ status: "error", gaveKey: false, failure: "server" });
    expect(server.actions()).toEqual(["register", "validate", "failure"]);
    expect(agent.key).toBeUndefined();
  });

  it("6.1.4: sends the same answer again where a proxy has none yet", async () => {
    let asked = 0;
    server.handler = ({ message: { challenge } }) =>
      challenge !== undefined && asked++ < 2 ? { body: { status: "pending", expiration: "20s" } } : undefined;
    expect(await agentOf().register()).toMatchObject({ status: "registered", gaveKey: true });
    const answers = server.said.slice(1).map(({ message }) => message["challenge"]);
    expect(answers).toHaveLength(3);
    expect(new Set(answers).size).toBe(1);
    expect(waited).toEqual([20_000, 20_000]);
  });

  it.each([
    ["an answer that sends the challenge back", (challenge: string) => challenge],
    ["swapped halves", (_: string, honest: string) => swappedHalves(honest)],
    ["a garbled answer", (_: string, honest: string) => garbled(honest)],
  ])("gets nowhere with %s", async (_, answer) => {
    const agent = agentOf({ misbehaviour: { answer } });
    expect(await agent.register()).toMatchObject({ status: "error", message: "challenge failed", gaveKey: false });
    expect(server.keys.size).toBe(0);
  });

  it.each(["register", "validate"] as const)("begins again where the answer to %s got lost", async (lost) => {
    let losses = 1;
    const agent = agentOf({ misbehaviour: { loses: (operation) => operation === lost && losses-- > 0 } });
    await expect(agent.register()).rejects.toMatchObject({ kind: "transport", operation: lost });
    expect(agent.key).toBeUndefined();
    expect(await agent.registerIfDue()).toMatchObject({ status: "registered", gaveKey: true });
    await agent.contact();
    expect(server.said.at(-1)).toMatchObject({ keyId: AGENT, message: { action: "contact" } });
  });

  it("refuses what no server says", async () => {
    for (const body of [{}, { status: "ok" }, []]) {
      server.handler = () => ({ body });
      await expect(agentOf().register()).rejects.toMatchObject({ kind: "protocol" });
    }
    expect(() => agentOf({ token: "no-uuid" })).toThrow(TypeError);
  });
});

describe("renewing", () => {
  it("comes at half of the expiration, then at half of the rest, and is itself encrypted", async () => {
    const agent = agentOf();
    await agent.register();
    expect(agent.term.nextAt).toEqual(at(15 * DAY));
    now = START + 15 * DAY * 1000;
    server.handler = () => ({ body: [] });
    await expect(agent.registerIfDue()).rejects.toMatchObject({ kind: "protocol" });
    expect(agent.term.nextAt).toEqual(at(22.5 * DAY));
    expect(await agent.registerIfDue()).toBeUndefined();
    now = START + 22.5 * DAY * 1000;
    server.handler = () => undefined;
    const old = server.keys.get(AGENT);
    expect(await agent.registerIfDue()).toMatchObject({ gaveKey: true });
    expect(server.actions()).toEqual(["register", "validate", "register+", "register+", "validate+"]);
    expect(agent.key?.secret).toEqual(server.keys.get(AGENT));
    expect(agent.key?.secret).not.toEqual(old);
    expect(agent.term.expiresAt).toEqual(at(52.5 * DAY));
  });

  it("is not more often than contacts", async () => {
    server.expiration = "1h";
    server.handler = ({ message }) =>
      message["action"] === "contact" ? { body: { status: "ok", expiration: "45m" } } : undefined;
    const agent = agentOf();
    await agent.register();
    expect(agent.term.nextAt).toEqual(at(1800));
    await agent.contact();
    await agent.register();
    expect(agent.term.nextAt).toEqual(at(2700));
  });

  it("is done at once where CONTACT's answer asks for it", async () => {
    let asks = true;
    server.handler = ({ message }) => {
      if (message["action"] !== "contact" || !asks) return undefined;
      asks = false;
      return {
        body: { status: "ok", expiration: 24, tasks: { register: { server: "glpi", version: "1", renew: true } } },
      };
    };
    const agent = agentOf();
    await agent.register();
    await agent.contact();
    await agent.contact();
    expect(server.actions().slice(2)).toEqual(["contact+", "register+", "validate+", "contact+"]);
  });

  it("begins in plain where the key's time is over", async () => {
    server.expiration = "1h";
    const agent = agentOf();
    await agent.register();
    now += 3_600_000;
    expect(agent.key).toBeUndefined();
    await agent.contact();
    expect(server.actions()).toEqual(["register", "validate", "register", "validate", "contact+"]);
  });
});

describe("encrypted messages", () => {
  it("have a number that rises, and each opens with its own", async () => {
    const agent = agentOf();
    await agent.register();
    expect(await agent.contact()).toMatchObject({ status: "ok", expiration: DAY });
    expect(await agent.inventory({ hardware: { name: "web01" } })).toMatchObject({ status: "ok" });
    expect(server.said.map(({ requestId }) => requestId)).toEqual(["00000001", "00000002", "00000003", "00000004"]);
    expect(server.said[3]?.message).toMatchObject({ itemtype: "Computer", content: { hardware: { name: "web01" } } });
    expect(agent.key?.confirmed).toBe(true);
    const again = await agent.replay();
    expect(again.requestId).toBe("00000004");
  });

  it("are looked for by GET where the answer is pending", async () => {
    const agent = agentOf();
    await agent.register();
    server.handler = () => server.later("0A1B2C3D", { body: { status: "ok", expiration: 24 } });
    expect(await agent.inventory({})).toMatchObject({ status: "ok" });
    expect(waited).toEqual([3_000]);
  });

  it("lead to another registration where the key is refused, and are said again", async () => {
    const agent = agentOf();
    await agent.register();
    server.keys.clear();
    expect(await agent.contact()).toMatchObject({ status: "ok" });
    expect(server.actions()).toEqual(["register", "validate", "register", "validate", "contact+"]);
    server.keys.clear();
    server.tokens.set("", randomUUID());
    await expect(agentOf({ needsKey: true }).contact()).rejects.toMatchObject({ kind: "crypto" });
    expect(server.actions().at(-1)).toBe("failure");
  });

  it("lead to another registration where the key was garbled on its way", async () => {
    const agent = agentOf();
    await agent.register();
    server.keys.set(AGENT, Buffer.alloc(16, 7));
    expect(await agent.contact()).toMatchObject({ status: "ok" });
    expect(agent.key).toMatchObject({ secret: server.keys.get(AGENT), confirmed: true });
  });

  it("are not answered plainly, but for errors", async () => {
    const agent = agentOf();
    await agent.register();
    await agent.contact();
    server.handler = () => ({ body: { status: "ok", expiration: 24 }, plain: true });
    await expect(agent.contact()).rejects.toMatchObject({ kind: "crypto" });
    server.handler = () => ({ status: 503, body: { status: "error", message: "busy server" }, plain: true });
    await expect(agent.contact()).rejects.toMatchObject({ kind: "status", status: 503 });
    expect(agent.key).toBeDefined();
  });

  it("are all that is said by an agent that needs a key", async () => {
    server.givesKeys = false;
    const agent = agentOf({ needsKey: true });
    await expect(agent.inventory({})).rejects.toMatchObject({ kind: "crypto" });
    expect(server.actions()).toEqual(["register", "validate"]);
  });
});
