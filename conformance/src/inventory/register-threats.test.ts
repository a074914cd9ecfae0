import { randomUUID } from "node:crypto";
import { garbled, jsonIn, type RegisterAgent, swappedHalves, withJson } from "@gatehouse/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withDatabase } from "../database.js";
import { send } from "../wire.js";
import { contentOf, type Registrar, startRegistrar } from "./registrar.js";

let registrar: Registrar;
beforeAll(async () => {
  // Somebody in the middle is there where TLS is not.
  registrar = await startRegistrar({ GATEHOUSE_GLPI_REGISTER_OVER_HTTP: "true" });
});
afterAll(() => registrar?.close());

type Options = NonNullable<Parameters<Registrar["agent"]>[0]>;
/** An agent with a token of its own, over plain HTTP. */
const agentWith = async (options: Options = {}): Promise<RegisterAgent> => {
  const agentId = randomUUID();
  const { secret } = await registrar.token("--agent", agentId);
  return registrar.agent({ serverUrl: `${registrar.gateway.http}/`, agentId, token: secret, ...options });
};
const post = (agentId: string, said: object) =>
  send(registrar.gateway.http, {
    ...{ method: "POST", path: "/", body: JSON.stringify(said) },
    headers: { "Content-Type": "application/json", "GLPI-Agent-ID": agentId },
  });
const first = { action: "register", deviceid: "host-2026-02-28-09-15-00", port: 0, name: "GLPI-Agent", version: "1" };
const challengeOf = async (agentId: string) =>
  JSON.parse((await post(agentId, first)).body.toString())["challenge"] as string;

describe("T28: one AES block, no integrity", () => {
  it.each([
    ["sends the challenge back", (challenge: string) => challenge],
    ["swaps the halves of its answer", (_: string, honest: string) => swappedHalves(honest)],
    ["garbles its answer", (_: string, honest: string) => garbled(honest)],
    ["answers by what it made up", () => randomUUID()],
  ])("an agent that %s gets no key, and its honest answer comes too late", async (_, answer) => {
    let honest = "";
    const agent = await agentWith({
      misbehaviour: {
        answer: (challenge, right) => {
          honest = right;
          return answer(challenge, right);
        },
      },
    });
    expect(await agent.register()).toMatchObject({ status: "error", message: "challenge failed", gaveKey: false });
    const late = await post(agent.agentId, { action: "register", challenge: honest });
    expect([late.status, JSON.parse(late.body.toString())]).toEqual([
      403,
      expect.objectContaining({ message: "challenge failed" }),
    ]);
    expect(await registrar.keys(agent.agentId)).toEqual([]);
  });

  it("an answer is good once: sent again it gives no other key", async () => {
    const middle = await registrar.middle();
    const agent = await agentWith({ serverUrl: middle.url });
    expect(await agent.register()).toMatchObject({ gaveKey: true });
    const answer = middle.requests.find((request) => jsonIn(request)?.["challenge"] !== undefined);
    if (answer === undefined) throw new Error("no answer was seen");
    expect((await middle.send(answer)).status).toBe(403);
    expect(await registrar.keys(agent.agentId)).toHaveLength(1);
    expect(await agent.contact()).toMatchObject({ status: "ok" });
  });

  it("the challenge of one agent is none for another, whose half of the id is another", async () => {
    const { name, secret } = await registrar.token();
    const serverUrl = `${registrar.gateway.http}/`;
    const [one, other] = [registrar.agent({ serverUrl, token: secret }), registrar.agent({ serverUrl, token: secret })];
    const middle = await registrar.middle();
    const challenge = await challengeOf(other.agentId);
    middle.onAnswer = (answer) => {
      const said = jsonIn(answer);
      return said?.["needs"] === "token-validation" ? withJson(answer, { ...said, challenge }) : answer;
    };
    const fooled = registrar.agent({ serverUrl: middle.url, agentId: one.agentId, token: secret });
    expect(await fooled.register()).toMatchObject({ failure: "challenge", gaveKey: false });
    await registrar.json("enrolment", "token", "revoke", name);
  });

  it.each(["challenge", "crypto"] as const)(
    "a garbled %s of the last answer leaves nobody with a key that works",
    async (key) => {
      const middle = await registrar.middle();
      let changes = 1;
      middle.onAnswer = (answer) => {
        const said = jsonIn(answer);
        const isLast = said?.["status"] === "registered" && typeof said[key] === "string" && changes-- > 0;
        return isLast ? withJson(answer, { ...said, [key]: garbled(String(said[key])) }) : answer;
      };
      const agent = await agentWith({ serverUrl: middle.url });
      const ended = await agent.register();
      if (key === "challenge") {
        // The agent says `failure`, which undoes what was given.
        expect(ended).toMatchObject({ failure: "server", gaveKey: false });
        expect((await registrar.keys(agent.agentId)).filter(({ revokedAt }) => revokedAt === null)).toEqual([]);
      } else {
        // Nothing tells: the first message does not open, and it begins anew.
        expect(await agent.contact()).toMatchObject({ status: "ok" });
        expect(agent.key?.confirmed).toBe(true);
      }
    },
  );

  it("somebody who answers in the gateway's place is found out", async () => {
    const middle = await registrar.middle();
    middle.onRequest = (request) => {
      const challenge = jsonIn(request)?.["challenge"];
      if (typeof challenge !== "string" || challenge === "failure") return request;
      const body = JSON.stringify({ status: "registered", expiration: "30d", challenge, crypto: challenge });
      return { status: 200, headers: { "content-type": "application/json" }, body: Buffer.from(body) };
    };
    const agent = await agentWith({ serverUrl: middle.url });
    expect(await agent.register()).toMatchObject({ failure: "server", gaveKey: false });
  });

  it("somebody who takes the key out of the answer gets nothing plain from an agent that needs one", async () => {
    const middle = await registrar.middle();
    middle.onAnswer = (answer) => {
      const said = jsonIn(answer);
      return said === undefined ? answer : withJson(answer, { ...said, crypto: undefined });
    };
    const agent = await agentWith({ serverUrl: middle.url, needsKey: true });
    await expect(agent.inventory(contentOf("stripped"))).rejects.toMatchObject({ kind: "crypto" });
    expect(middle.requests.map((request) => jsonIn(request)?.["action"])).not.toContain("inventory");
  });

  it("an encrypted message is taken once: the same bytes again store nothing", async () => {
    const agent = await agentWith();
    await agent.register();
    const before = await registrar.submissions();
    await agent.inventory(contentOf("once"));
    expect(await registrar.submissions()).toBe(before + 1);
    for (const _ of [1, 2]) expect((await agent.replay()).status).toBe(409);
    expect(await registrar.submissions()).toBe(before + 1);
    expect(await agent.contact()).toMatchObject({ status: "ok" });
  });

  it("an encrypted message is bound to its headers: under other ones it does not open", async () => {
    const middle = await registrar.middle();
    const agent = await agentWith({ serverUrl: middle.url });
    await agent.register();
    await agent.contact();
    const contact = middle.requests.at(-1);
    if (contact === undefined) throw new Error("no contact was seen");
    const others = [
      { "glpi-request-id": "000000FF" },
      { "content-type": "application/json" },
      { "glpi-agent-id": randomUUID() },
      { "glpi-cryptokey-id": randomUUID() },
    ];
    for (const other of others) {
      const { status } = await middle.send({ ...contact, headers: { ...contact.headers, ...other } });
      expect([400, 403]).toContain(status);
    }
    const garbledBody = Buffer.from(contact.body);
    garbledBody[40] = (garbledBody[40] ?? 0) ^ 1;
    const changed = { ...contact, headers: { ...contact.headers, "glpi-request-id": "000000FE" }, body: garbledBody };
    expect((await middle.send(changed)).status).toBe(400);
    // None of it used up a number of the agent's.
    expect(await agent.contact()).toMatchObject({ status: "ok" });
  });

  it("an earlier answer is none to a later message", async () => {
    const middle = await registrar.middle();
    const agent = await agentWith({ serverUrl: middle.url });
    await agent.register();
    await agent.contact();
    const earlier = middle.answers.at(-1);
    middle.onAnswer = () => earlier;
    await expect(agent.contact()).rejects.toMatchObject({ kind: "crypto" });
  });

  it("whoever loses an answer to an encrypted message says it again, and both are known", async () => {
    const middle = await registrar.middle();
    const agent = await agentWith({ serverUrl: middle.url });
    await agent.register();
    let losses = 1;
    middle.onAnswer = (answer) => (losses-- > 0 ? undefined : answer);
    await expect(agent.contact()).rejects.toMatchObject({ kind: "transport" });
    expect(await agent.contact()).toMatchObject({ status: "ok" });
  });
});

describe("T6: tokens and logins are no bearer that can be guessed, replayed or read", () => {
  it("tries of one agent are limited: after five the right answer is refused as well", async () => {
    const agent = await agentWith();
    for (let tries = 0; tries < 5; tries++) {
      await challengeOf(agent.agentId);
      const wrong = await post(agent.agentId, { action: "register", challenge: randomUUID() });
      expect(wrong.status).toBe(403);
    }
    expect(await agent.register()).toMatchObject({ status: "error", message: "challenge failed", gaveKey: false });
    expect(await registrar.keys(agent.agentId)).toEqual([]);
    // Others are served.
    expect(await (await agentWith()).register()).toMatchObject({ gaveKey: true });
  });

  it("an agent that nobody knows is challenged as one that is known: nothing tells them apart", async () => {
    const { name } = await registrar.token();
    const known = await agentWith();
    await known.register();
    const answers = await Promise.all([known.agentId, randomUUID()].map((id) => post(id, first)));
    const shapes = answers.map(({ status, body }) => {
      const said = JSON.parse(body.toString());
      return { status, said: { ...said, challenge: typeof said.challenge, expiration: typeof said.expiration } };
    });
    expect(shapes[0]).toEqual(shapes[1]);
    await registrar.json("enrolment", "token", "revoke", name);
  });

  it("a wrong login and one that nobody knows are answered the same", async () => {
    const added = await registrar.json<{ secret: string }>("enrolment", "login", "add", "fleet", "--kind", "basic");
    const ask = (name: string, secret: string) =>
      send(registrar.gateway.http, {
        ...{ method: "POST", path: "/", body: JSON.stringify({ action: "inventory", deviceid: "x", content: {} }) },
        headers: {
          "Content-Type": "application/json",
          Authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString("base64")}`,
        },
      });
    const [wrong, unknown] = await Promise.all([ask("fleet", "not-this-one"), ask("nobody", "not-this-one")]);
    expect(wrong.status).toBe(401);
    expect([wrong.body.toString(), wrong.headers["www-authenticate"]]).toEqual([
      unknown.body.toString(),
      unknown.headers["www-authenticate"],
    ]);
    expect((await ask("fleet", added.secret)).status).not.toBe(401);
    expect(registrar.gateway.log()).not.toContain(added.secret);
  });

  it("no token and no key is in the log, in a list, or in the database as it is", async () => {
    const agentId = randomUUID();
    const { secret } = await registrar.token("--agent", agentId);
    const agent = registrar.agent({ agentId, token: secret });
    await agent.register();
    await agent.contact();
    const key = agent.key?.secret.toString("hex") ?? "";
    expect(key).toHaveLength(32);
    const lists = [
      await registrar.json("enrolment", "token", "list"),
      await registrar.json("enrolment", "key", "list"),
    ];
    const rows = await withDatabase(registrar.site, async (client) => {
      const tables = ["registration_tokens", "registration_challenges", "agent_keys", "agents", "audit_events"];
      const found: { readonly row: string }[] = [];
      for (const table of tables)
        found.push(...(await client.query<{ row: string }>(`select t::text as row from ${table} t`)).rows);
      return found;
    });
    const written = [registrar.gateway.log(), JSON.stringify(lists), ...rows.map(({ row }) => row)];
    expect(written.some((text) => text.includes(agentId))).toBe(true);
    const dashed = key.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    for (const text of [secret, secret.replaceAll("-", ""), key, dashed])
      expect(written.filter((one) => one.toLowerCase().includes(text))).toEqual([]);
  });
});
