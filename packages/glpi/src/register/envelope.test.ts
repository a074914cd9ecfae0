import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { AGENT, contact, inventory, zlibbed } from "../glpi.test.helper.js";
import { first, NEXT_PROXY, otherId, PROXY, registering } from "../routes/register.test.helper.js";
import { agentAnswer, agentChecks, unsealed } from "./agent.test.helper.js";

/** An agent that has registered by a token that many share. */
async function registered(said: Parameters<typeof registering>[0] = {}) {
  const there = registering(said);
  const { secret } = there.kept.token();
  const { key } = await there.byToken(secret);
  if (key === undefined) throw new Error("no key was given");
  return { ...there, token: secret, key };
}
const sealedBy = AGENT;

describe("a message under a key", () => {
  it("is taken as if it had come so, its answer sealed, and its sender as trusted as one with a secret", async () => {
    const { under, key, agents, kept, calls } = await registered();
    const answer = await under(key, contact());
    expect(answer).toMatchObject({
      status: 200,
      headers: { "GLPI-CryptoKey-ID": sealedBy, "GLPI-Agent-ID": AGENT, "GLPI-Request-ID": "00000001" },
      json: { status: "ok", expiration: "24h" },
    });
    expect(agents.get(`agentid ${AGENT}`)?.trust).toBe("secret");
    expect(kept.keys[0]?.confirmedAt).toEqual(new Date("2026-11-22T02:00:00Z"));
    expect((await under(key, inventory())).json.status).toBe("ok");
    expect(calls.accepted[0]?.body).toEqual(zlibbed(inventory()));
  });

  it("of a number that it had before, or that is far behind, is refused", async () => {
    const { under, key, calls } = await registered();
    const send = (requestId: string) => under(key, inventory(), { requestId });
    expect((await send("00000100")).status).toBe(200);
    expect(await send("00000100")).toMatchObject({ status: 409, json: { status: "error" } });
    expect((await send("000000FF")).status).toBe(200);
    expect((await send("0000000F")).status).toBe(409);
    expect((await send("FFFFFFFF")).status).toBe(200);
    expect(calls.accepted).toHaveLength(3);
  });

  it.each(["", "1", "BDF14BA31", "0000000G", "-0000001"])(
    "needs a GLPI-Request-ID of eight digits, not %j",
    async (requestId) => {
      const { under, key, kept } = await registered();
      expect(await under(key, contact(), { requestId })).toMatchObject({
        status: 400,
        json: { message: "malformed json" },
      });
      expect(kept.keys[0]?.confirmedAt).toBeNull();
    },
  );

  it.each([
    ["garbled", (frame: Buffer) => Buffer.concat([frame.subarray(0, 40), Buffer.from([7]), frame.subarray(41)])],
    ["cut off", (frame: Buffer) => frame.subarray(0, -1)],
    ["cut to its head", (frame: Buffer) => frame.subarray(0, 16)],
    ["plain", () => zlibbed(contact())],
    ["one byte", () => Buffer.from("G")],
    ["nothing", () => Buffer.alloc(0)],
  ])("that is %s is refused plainly, and uses up no number", async (_, sent) => {
    const { under, key, kept, calls } = await registered();
    const before = calls.enrolments.length;
    const answer = await under(key, contact(), { requestId: "00000007", sent });
    expect([answer.status, answer.json.message, calls.enrolments.length]).toEqual([400, "malformed json", before]);
    expect(kept.keys[0]?.confirmedAt).toBeNull();
    expect((await under(key, contact(), { requestId: "00000007" })).status).toBe(200);
  });

  it.each([
    ["GLPI-Request-ID", { "glpi-request-id": "00000002" }],
    ["Content-Type", { "content-type": "application/json" }],
  ])("whose %s was changed on the way is refused", async (_, headers) => {
    const { under, key } = await registered();
    expect((await under(key, contact(), { requestId: "00000001", headers })).status).toBe(400);
  });

  it("is refused, plainly, under a key that is not live: foreign, expired, revoked, nobody's", async () => {
    const { under, key, clock, kept } = await registered();
    const forbidden = { status: 403, json: { status: "error", message: "forbidden" } };
    expect(await under(randomBytes(16), contact(), { agentId: otherId() })).toMatchObject(forbidden);
    expect((await under(randomBytes(16), contact())).status).toBe(400);
    clock.set("2026-12-22T02:00:00Z");
    expect(await under(key, contact())).toMatchObject(forbidden);
    clock.set("2026-11-22T02:00:00Z");
    kept.amend(AGENT, { gone: true });
    const answer = await under(key, contact());
    expect(answer).toMatchObject(forbidden);
    expect(answer.headers).not.toHaveProperty("GLPI-CryptoKey-ID");
  });

  it("is refused of who is neither the key's owner nor behind it", async () => {
    const { under, key, calls } = await registered();
    const before = calls.enrolments.length;
    const other = otherId();
    for (const proxies of [undefined, [PROXY]])
      expect((await under(key, contact(), { agentId: other, owner: AGENT, ...(proxies && { proxies }) })).status).toBe(
        403,
      );
    expect(calls.enrolments).toHaveLength(before);
  });

  it("that is wrong inside is told so under the key", async () => {
    const { under, key } = await registered();
    for (const [message, status] of [
      [{ action: "dance" }, 501],
      [{ action: "inventory", deviceid: "x" }, 400],
    ] as const)
      expect(await under(key, message)).toMatchObject({ status, headers: { "GLPI-CryptoKey-ID": sealedBy } });
  });

  it("is opened by the older one of two keys until the newer one is used", async () => {
    const { under, byToken, key, token } = await registered();
    expect((await under(key, contact())).status).toBe(200);
    const { key: newer } = await byToken(token);
    expect((await under(key, contact())).status).toBe(200);
    expect((await under(newer ?? key, contact())).status).toBe(200);
    expect((await under(key, contact())).status).toBe(400);
  });

  it("is answered plainly where the policy turned encryption off", async () => {
    const settings: Record<string, unknown> = {};
    const { under, key } = await registered({ settings });
    await under(key, contact());
    settings["glpi.register"] = { encrypt: "off" };
    const answer = await under(key, contact());
    expect(answer).toMatchObject({ status: 200, json: { status: "ok" } });
    expect(answer.headers).not.toHaveProperty("GLPI-CryptoKey-ID");
  });
});

describe("a poll under a key", () => {
  /** Read with the key. */
  const polled = ({ call }: ReturnType<typeof registering>, key: Buffer, requestId: string) => {
    const contentType = "application/x-compress-zlib";
    const ids = { "glpi-agent-id": AGENT, "glpi-cryptokey-id": AGENT, "glpi-request-id": requestId };
    return call({
      method: "GET",
      headers: { ...ids, "content-type": contentType },
      opened: ({ status }, body) =>
        unsealed(key, { keyId: AGENT, agentId: AGENT, requestId, contentType, status }, body) ?? Buffer.alloc(0),
    });
  };

  it("needs no number that rises, and is read by nobody without the key", async () => {
    const there = await registered({ places: 0 });
    const { under, call, key } = there;
    const postponed = await under(key, inventory());
    expect(postponed).toMatchObject({ status: 202, json: { status: "pending" } });
    const id = postponed.headers["GLPI-Request-ID"] ?? "";
    const without = { "glpi-agent-id": AGENT, "glpi-request-id": id };
    expect((await call({ method: "GET", headers: without })).status).toBe(403);
    expect(await polled(there, key, id)).toMatchObject({
      ...{ status: 200, headers: { "GLPI-CryptoKey-ID": AGENT, "GLPI-Request-ID": id }, json: { status: "ok" } },
    });
    expect((await polled(there, key, id)).status).toBe(404);
  });

  it("is no proof of anything", async () => {
    const there = await registered();
    expect((await polled(there, there.key, "00000001")).json.message).toMatch(/^No answer waits/);
    const { agents, kept } = there;
    expect(kept.keys[0]?.confirmedAt).toBeNull();
    expect(agents.get(`agentid ${AGENT}`)?.trust).toBe("key");
  });
});

describe("no falling back to plain", () => {
  it("for an agent that has used its key, whatever it says", async () => {
    const { under, plain, say, call, key, calls } = await registered();
    await under(key, contact());
    for (const message of [contact(), inventory(), { action: "get_params", params_id: "1" }])
      expect(await plain(message)).toMatchObject({ status: 403, json: { message: "forbidden" } });
    const prolog = "<REQUEST><QUERY>PROLOG</QUERY><DEVICEID>x</DEVICEID></REQUEST>";
    expect((await say(prolog)).status).toBe(403);
    expect((await say(inventory(), {})).status).toBe(403);
    const headers = { "glpi-agent-id": AGENT, "glpi-request-id": "00000001" };
    expect((await call({ method: "GET", headers })).status).toBe(403);
    expect(calls.accepted).toEqual([]);
  });

  it("where the policy leaves it open, but what it proved once it has to prove", async () => {
    const { under, plain, key } = await registered({ register: { encrypt: "optional" } });
    await under(key, contact());
    expect((await plain(contact())).status).toBe(401);
    const mild = await registered({
      ...{ register: { encrypt: "optional" }, settings: { "inventory.access": { proofStays: false } } },
    });
    await mild.under(mild.key, contact());
    expect((await mild.plain(contact())).status).toBe(200);
  });

  it("holds for a key that was used, and no longer than for that", async () => {
    const { under, plain, key, clock } = await registered({ settings: { "inventory.access": { proofStays: false } } });
    expect((await plain(contact())).status).toBe(200);
    await under(key, contact());
    expect((await plain(contact())).status).toBe(403);
    clock.set("2026-12-22T02:00:00Z");
    expect((await plain(contact())).status).toBe(200);
  });
});

describe("renewal", () => {
  it("goes through the four steps under the key, and ends it when the new one is used", async () => {
    const { under, key, token, kept } = await registered();
    await under(key, contact());
    const asked = await under(key, first());
    expect(asked.json).toMatchObject({ status: "pending", needs: "token-validation" });
    const answer = agentAnswer(token, AGENT, asked.json.challenge);
    const last = await under(key, { action: "register", challenge: answer?.answer });
    expect(last).toMatchObject({
      status: 200,
      headers: { "GLPI-CryptoKey-ID": AGENT },
      json: { status: "registered" },
    });
    const renewed = answer && agentChecks(token, answer, last.json)?.key;
    expect((await under(renewed ?? key, contact())).status).toBe(200);
    expect(kept.keys.map(({ gone }) => gone)).toEqual([false, true]);
    expect((await under(key, contact())).status).toBe(400);
  });

  it("is told in CONTACT, under the key, while an operator asks for it", async () => {
    const { under, plain, key, kept } = await registered({
      settings: { "inventory.access": { proofStays: false } },
      register: { encrypt: "optional" },
    });
    expect((await under(key, contact())).json.tasks).not.toHaveProperty("register");
    kept.amend(AGENT, { renewalAskedAt: new Date() });
    const { tasks, disabled } = (await under(key, contact())).json;
    expect(tasks.register).toEqual({ server: "glpi", version: "10.0.18", renew: true });
    expect(disabled).not.toContain("register");
    expect((await plain(contact())).json.tasks).not.toHaveProperty("register");
  });
});

describe("a proxy's key", () => {
  it("speaks for agents behind it alone, and gets no credentials of another for them over plain HTTP", async () => {
    const credentials = [{ name: "lab", kind: "snmp-community", username: null, secret: "public" }] as const;
    const settings = { "glpi.credentials": { "1": { credential: "lab" } } };
    const there = registering({ settings, credentials });
    const { secret } = there.kept.token({ agent: PROXY });
    const { key = randomBytes(16) } = await there.byToken(secret, { agentId: PROXY });
    const way = { owner: PROXY, proxies: [PROXY] };
    expect((await there.under(key, contact(), { ...way, tls: false })).json.credentials).toBeUndefined();
    expect((await there.under(key, contact(), way)).json.credentials).toBeDefined();
    expect(there.agents.get(`agentid ${AGENT}`)?.trust).toBe("key");
    expect((await there.under(key, contact(), { ...way, proxies: [NEXT_PROXY] })).status).toBe(403);
  });
});
