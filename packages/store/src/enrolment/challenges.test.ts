import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { SecretBox } from "../secret-box.js";
import { count, useDatabase } from "../store.test.helper.js";
import { watched } from "../submissions/reporting.test.helper.js";
import { createChallenges, dropOldChallenges } from "./challenges.js";
import { box, processOn, sweep } from "./enrolment.test.helper.js";

const house = useDatabase();
const here = () => processOn(house.db);
const AGENT = "e72a798f-e51b-11f1-9f32-aaea530464d7";
const HERE = "192.0.2.1";
const ELSEWHERE = "2001:db8:0:1::/64";
const PROXY = "11111111-2222-4333-8444-555555555555";
let tokenId = "";
let otherId = "";
const challenge = (
  said: { agentId?: string; from?: string; of?: string; tokenId?: string; said?: Record<string, unknown> } = {},
) => ({
  ...{ agentId: AGENT, from: HERE, of: AGENT, tokenId, said: {} },
  serverSecret: randomBytes(8),
  ...said,
});
const waiting = () => count(house.db, "registration_challenges");

beforeEach(async () => {
  await sweep(house.db);
  tokenId = (await here().token("one", { tag: "paris" })).id;
  otherId = (await here().token("two")).id;
});

describe("Challenges.open", () => {
  it("waits for its answer, with all that it was made of", async () => {
    const said = { name: "glpi-agent", installed: ["inventory"], __proto__x: "y" };
    const made = challenge({ agentId: AGENT.toUpperCase(), of: PROXY.toUpperCase(), said });
    const opened = await here().challenges.open(made, 60);
    expect(opened).toEqual({ ...made, agentId: AGENT, of: PROXY, expiresAt: expect.any(Date) });
    const left = opened.expiresAt.getTime() - Date.now();
    expect(left > 0 && left < 120_000).toBe(true);
    const [row] = await house.db.run<{ text: string }>("select c::text as text from registration_challenges c");
    expect(row?.text).not.toContain(made.serverSecret.toString("hex"));
    expect(await here().challenges.take(AGENT, HERE)).toMatchObject({
      ...{ ...made, agentId: AGENT, of: PROXY },
      token: { id: tokenId, name: "one", tag: "paris", secret: expect.any(Buffer) },
    });
  });

  it("is the same for an agent that asks twice, and says the same of itself", async () => {
    const first = await here().challenges.open(challenge({ said: { tag: "a", port: 1 } }), 60);
    const twice = challenge({ agentId: AGENT.toUpperCase(), said: { port: 1, tag: "a" } });
    expect(await here().challenges.open(twice, 600)).toEqual(first);
    expect(await here().challenges.take(AGENT, HERE)).toMatchObject({
      serverSecret: first.serverSecret,
      said: { tag: "a", port: 1 },
    });
    expect(await waiting()).toBe(0);
  });

  it.each<[string, () => Parameters<typeof challenge>[0]]>([
    ["with another token", () => ({ tokenId: otherId })],
    ["about another party", () => ({ of: PROXY })],
    ["of who said something else under its id", () => ({ said: { deviceid: "mine" } })],
  ])("takes the place of one %s", async (_, said) => {
    const first = await here().challenges.open(challenge(), 60);
    const next = challenge(said());
    expect((await here().challenges.open(next, 60)).serverSecret).toEqual(next.serverSecret);
    expect(next.serverSecret).not.toEqual(first.serverSecret);
    expect([await waiting(), (await here().challenges.take(AGENT, HERE))?.serverSecret]).toEqual([
      1,
      next.serverSecret,
    ]);
  });

  it("takes the place of one that came to its end", async () => {
    await here().challenges.open(challenge(), 60);
    await house.db.run("update registration_challenges set expires_at = now() - interval '1 second'");
    const next = challenge();
    expect((await here().challenges.open(next, 60)).serverSecret).toEqual(next.serverSecret);
    expect(await here().challenges.take(AGENT, HERE)).toMatchObject({ serverSecret: next.serverSecret });
  });

  it("is one of several that come at once", async () => {
    const opened = await Promise.all(Array.from({ length: 9 }, () => here().challenges.open(challenge(), 60)));
    expect(new Set(opened.map(({ serverSecret }) => serverSecret.toString("hex"))).size).toBe(1);
    expect(await waiting()).toBe(1);
  });

  it("leaves the one alone that was asked for from elsewhere: who knows an agent's id takes no challenge of it away", async () => {
    const own = await here().challenges.open(challenge(), 60);
    for (const deviceid of ["a", "b"])
      await here().challenges.open(challenge({ from: ELSEWHERE, said: { deviceid } }), 60);
    expect(await waiting()).toBe(2);
    expect(await here().challenges.open(challenge(), 60)).toEqual(own);
    expect(await here().challenges.take(AGENT, HERE)).toMatchObject({ serverSecret: own.serverSecret, from: HERE });
    expect(await here().challenges.take(AGENT, ELSEWHERE)).toMatchObject({ said: { deviceid: "b" } });
  });

  it("keeps any text", async () => {
    const agentId = "ü🐘'; drop table nodes;--\0";
    await here().challenges.open(challenge({ agentId, of: agentId, said: { a: "\0\ud800" } }), 60);
    expect(await here().challenges.take(agentId, "\0")).toMatchObject({
      of: "ü🐘'; drop table nodes;--",
      said: { a: "\ufffd" },
    });
  });

  it("ends where too many wait, until some came to their end", async () => {
    const full = createChallenges(house.db, box, 3);
    for (const agentId of ["a", "b", "c"]) await full.open(challenge({ agentId }), 60);
    const refused = { code: "overloaded", detail: expect.stringContaining("at most 3"), retryAfterSeconds: 60 };
    await expect(full.open(challenge({ agentId: "d" }), 60)).rejects.toMatchObject(refused);
    const other = createChallenges(house.db, box, 3);
    await expect(other.open(challenge({ agentId: "d" }), 60)).rejects.toMatchObject(refused);
    await house.db.run("update registration_challenges set expires_at = now() where agent_id in ('a', 'b')");
    await createChallenges(house.db, box, 3).open(challenge({ agentId: "d" }), 60);
    expect(await waiting()).toBe(2);
  });
});

describe("Challenges.take", () => {
  it("gives it to one of several that answer at once", async () => {
    for (let round = 0; round < 5; round++) {
      await here().challenges.open(challenge(), 60);
      const taken = await Promise.all(Array.from({ length: 8 }, () => here().challenges.take(AGENT, HERE)));
      expect(taken.filter((each) => each !== undefined)).toHaveLength(1);
    }
  });

  it("gives the one from elsewhere to who answers from another address, a live one first", async () => {
    await here().challenges.open(challenge(), 60);
    await house.db.run("update registration_challenges set expires_at = now() - interval '1 second'");
    const live = await here().challenges.open(challenge({ from: ELSEWHERE }), 60);
    expect(await here().challenges.take(AGENT, HERE)).toMatchObject({ serverSecret: live.serverSecret });
    expect(await here().challenges.take(AGENT, HERE)).toBeUndefined();
    expect(await waiting()).toBe(0);
  });

  it("gives none that came to its end, and none whose token may not be registered with any more", async () => {
    const { challenges } = here();
    const ends = [
      "update registration_challenges set expires_at = now()",
      "update registration_tokens set expires_at = now()",
      "update registration_tokens set expires_at = null, revoked_at = now()",
    ];
    for (const statement of ends) {
      await challenges.open(challenge(), 60);
      await house.db.run(statement);
      expect(await challenges.take(AGENT, HERE)).toBeUndefined();
      // It was a try all the same.
      expect(await waiting()).toBe(0);
    }
    expect(await challenges.take("nobody\0", HERE)).toBeUndefined();
  });

  it("opens none that was made for somebody else, nor under another instance key", async () => {
    const { challenges } = here();
    await challenges.open(challenge(), 60);
    await house.db.run("update registration_challenges set agent_id = 'other'");
    await expect(challenges.take("other", HERE)).rejects.toMatchObject({ code: "internal" });
    await challenges.open(challenge(), 60);
    const foreign = createChallenges(house.db, new SecretBox(randomBytes(32)));
    await expect(foreign.take(AGENT, HERE)).rejects.toMatchObject({ code: "internal" });
  });
});

describe("the challenges of a fleet that registers at once", () => {
  const fleet = Array.from({ length: 60 }, (_, i) => `agent ${i}`);

  it("are opened by few statements and taken by few, each its own", async () => {
    const { db, statements } = watched(house.db);
    const challenges = createChallenges(db, box);
    const opened = await Promise.all(
      fleet.map((agentId) => challenges.open(challenge({ agentId, of: agentId, said: { agentId } }), 60)),
    );
    const taken = await Promise.all([...fleet, "nobody"].map((agentId) => challenges.take(agentId, HERE)));
    expect(taken.map((each) => each?.said)).toEqual([...fleet.map((agentId) => ({ agentId })), undefined]);
    expect(taken.slice(0, -1)).toEqual(opened.map((each) => expect.objectContaining(each)));
    expect(statements.filter((each) => each.startsWith("registration_challenges."))).toHaveLength(2);
  });

  it("are the same for each that asks twice, and wait for different times", async () => {
    const { challenges } = here();
    const twice = await Promise.all(
      fleet.flatMap((agentId, i) => [1, 2].map(() => challenges.open(challenge({ agentId }), 60 + i * 60))),
    );
    expect(new Set(twice.map(({ serverSecret }) => serverSecret.toString("hex"))).size).toBe(60);
    const left = twice.filter((_, i) => i % 2 === 0).map(({ expiresAt }) => expiresAt.getTime());
    expect(left).toEqual(left.toSorted((a, b) => a - b));
  });

  it("are given to one of two gateways, whatever the order in which they are asked there", async () => {
    const [one, two] = [here().challenges, here().challenges];
    for (let round = 0; round < 5; round++) {
      await Promise.all(fleet.map((agentId) => one.open(challenge({ agentId }), 60)));
      const taken = await Promise.all([
        ...fleet.map((agentId) => one.take(agentId, HERE)),
        ...fleet.toReversed().map((agentId) => two.take(agentId, HERE)),
      ]);
      expect(taken.filter((each) => each !== undefined)).toHaveLength(60);
    }
    expect(await waiting()).toBe(0);
  });

  it("fail for none because another's was changed in the database", async () => {
    const { challenges } = here();
    await Promise.all(fleet.map((agentId) => challenges.open(challenge({ agentId }), 60)));
    await house.db.run("update registration_challenges set server_secret = '\\x00' where agent_id = 'agent 7'");
    const settled = await Promise.allSettled(fleet.map((agentId) => challenges.take(agentId, HERE)));
    expect(settled.flatMap(({ status }, i) => (status === "rejected" ? [i] : []))).toEqual([7]);
  });
});

describe("dropOldChallenges", () => {
  it("deletes those that nobody answered in time", async () => {
    for (const agentId of ["a", "b", "c"]) await here().challenges.open(challenge({ agentId }), 60);
    await house.db.run("update registration_challenges set expires_at = now() where agent_id <> 'b'");
    expect([await dropOldChallenges(house.db), await waiting()]).toEqual([2, 1]);
    expect(await dropOldChallenges(house.db)).toBe(0);
  });
});
