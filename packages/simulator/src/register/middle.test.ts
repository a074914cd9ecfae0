import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RegisterAgent, type RegisterAgentOptions } from "./agent.js";
import { FakeRegisterServer } from "./fake-register-server.test.helper.js";
import { garbled, jsonIn, ManInTheMiddle, type SeenAnswer, swappedHalves, withJson } from "./middle.js";

const TOKEN = randomUUID();
let server: FakeRegisterServer;
let middle: ManInTheMiddle;
const agents: RegisterAgent[] = [];
beforeEach(async () => {
  server = await FakeRegisterServer.start();
  server.tokens.set("", TOKEN);
  middle = await ManInTheMiddle.start(server.url);
});
afterEach(async () => {
  for (const agent of agents.splice(0)) agent.close();
  await middle.stop();
  await server.stop();
});
const agentOf = (more: Partial<RegisterAgentOptions> = {}) => {
  const agent = new RegisterAgent({ serverUrl: middle.url, name: "web01", token: TOKEN, ...more });
  agents.push(agent);
  return agent;
};
/** Changes one key of the answers that have it. */
const changing = (key: string, change: (text: string) => unknown) => (answer: SeenAnswer) => {
  const said = jsonIn(answer);
  return typeof said?.[key] === "string" ? withJson(answer, { ...said, [key]: change(said[key]) }) : answer;
};

describe("somebody in the middle", () => {
  it("who only listens sees no key and nothing of an inventory", async () => {
    const agent = agentOf();
    await agent.register();
    await agent.inventory({ hardware: { name: "secret-name" } });
    const seen = Buffer.concat([...middle.requests, ...middle.answers].map(({ body }) => body));
    expect(seen.includes(agent.key?.secret ?? "")).toBe(false);
    expect(middle.requests.map((request) => jsonIn(request)?.["action"])).toEqual(["register", "register", undefined]);
  });

  it.each([
    ["garbles", garbled],
    ["swaps the halves of", swappedHalves],
    ["makes up", () => randomUUID()],
  ])("who %s a challenge is told failure, and nobody gets a key", async (_, change) => {
    middle.onAnswer = changing("challenge", change);
    expect(await agentOf().register()).toMatchObject({ status: "error", failure: "challenge", gaveKey: false });
    expect(server.keys.size).toBe(0);
  });

  it("who answers in the server's place by the agent's own challenge is found out", async () => {
    middle.onRequest = (request) => {
      const { challenge } = jsonIn(request) ?? {};
      if (typeof challenge !== "string" || challenge === "failure") return request;
      const body = Buffer.from(
        JSON.stringify({ status: "registered", expiration: "30d", challenge, crypto: challenge }),
      );
      return { status: 200, headers: { "content-type": "application/json" }, body };
    };
    expect(await agentOf().register()).toMatchObject({ failure: "server", gaveKey: false });
  });

  it("who garbles the key makes the agent register anew, no more", async () => {
    let changes = 1;
    middle.onAnswer = changing("crypto", (crypto) => (changes-- > 0 ? garbled(crypto) : crypto));
    const agent = agentOf();
    await agent.register();
    expect(agent.key?.secret).not.toEqual(server.keys.get(agent.agentId));
    expect(await agent.contact()).toMatchObject({ status: "ok" });
    expect(agent.key?.secret).toEqual(server.keys.get(agent.agentId));
  });

  it("who takes the key away gets nothing plain from an agent that needs one", async () => {
    middle.onAnswer = changing("crypto", () => undefined);
    await expect(agentOf({ needsKey: true }).inventory({})).rejects.toMatchObject({ kind: "crypto" });
    middle.onRequest = () => ({
      ...{ status: 200, headers: { "content-type": "application/json" } },
      body: Buffer.from('{"status":"registered","expiration":"30d"}'),
    });
    await expect(agentOf({ needsKey: true }).inventory({})).rejects.toMatchObject({ kind: "crypto" });
    expect(server.actions()).not.toContain("inventory");
  });

  it("who gives an earlier answer to a later message is not believed, nor is a pending answer that leads to it", async () => {
    const agent = agentOf();
    await agent.register();
    await agent.contact();
    const earlier = middle.answers.at(-1);
    if (earlier === undefined) throw new Error("nothing was answered");
    middle.onAnswer = () => earlier;
    await expect(agent.contact()).rejects.toMatchObject({ kind: "crypto" });
    const id = earlier.headers["glpi-request-id"] ?? "";
    middle.onAnswer = (_, { method }) =>
      method === "GET"
        ? earlier
        : {
            ...{ status: 202, headers: { "glpi-request-id": id } },
            body: Buffer.from('{"status":"pending","expiration":0}'),
          };
    await expect(agent.contact()).rejects.toMatchObject({ kind: "crypto" });
  });

  it("who drops answers is no answer", async () => {
    middle.onAnswer = () => undefined;
    await expect(agentOf().register()).rejects.toMatchObject({ kind: "transport" });
    expect(server.actions()).toEqual(["register"]);
  });

  it("sends again what he saw", async () => {
    const agent = agentOf();
    await agent.register();
    await agent.contact();
    const [, , contact] = middle.requests;
    if (contact === undefined) throw new Error("no contact was seen");
    // This server remembers nothing.
    expect((await middle.send(contact)).status).toBe(200);
    expect(server.actions().slice(2)).toEqual(["contact+", "contact+"]);
    await expect(ManInTheMiddle.start("https://127.0.0.1:1/")).rejects.toThrow(TypeError);
  });
});
