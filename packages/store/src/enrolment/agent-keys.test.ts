import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { createNodeRegistry } from "../nodes/registry.js";
import { SecretBox } from "../secret-box.js";
import { count, enrolmentOf, useDatabase } from "../store.test.helper.js";
import { createAgentKeys, dropOldAgentKeys } from "./agent-keys.js";
import { processOn, sweep } from "./enrolment.test.helper.js";

const house = useDatabase();
const here = () => processOn(house.db);
const OWNER = "e72a798f-e51b-11f1-9f32-aaea530464d7";
const NOBODY = "00000000-0000-4000-8000-000000000000";
let tokenId = "";
const ids = (keys: readonly { readonly id: string }[]) => keys.map(({ id }) => id);
const usesOf = async (id: string) =>
  (await house.db.run<{ uses: number }>("select uses from registration_tokens where id = $1", [id]))[0]?.uses;

beforeEach(async () => {
  await sweep(house.db);
  tokenId = (await here().token("fleet")).id;
});

describe("AgentKeys.issue", () => {
  it("gives a new key each time, sealed in the table, and counts the uses", async () => {
    const { keys } = here();
    const first = await keys.issue({ owner: OWNER.toUpperCase(), tokenId, seconds: 3_600 });
    expect(first).toEqual({
      ...{ id: expect.any(String), owner: OWNER, secret: expect.any(Buffer), expiresAt: expect.any(Date) },
      ...{ confirmedAt: null, renewalAskedAt: null },
    });
    const second = await keys.issue({ owner: OWNER, tokenId, seconds: 3_600 });
    expect([first?.secret.length, second?.secret.equals(first?.secret ?? Buffer.of())]).toEqual([16, false]);
    const left = (first?.expiresAt.getTime() ?? 0) - Date.now();
    expect(left > 3_000_000 && left < 4_000_000).toBe(true);
    expect(await usesOf(tokenId)).toBe(2);
    const [row] = await house.db.run<{ text: string }>("select string_agg(k::text, ' ') as text from agent_keys k");
    for (const form of ["hex", "base64"] as const) expect(row?.text).not.toContain(first?.secret.toString(form));
  });

  it("gives no more than the token is good for, however many come at once and wherever", async () => {
    const { id } = await here().token("limited", { mostUses: 7 });
    const gateways = [here(), here(), here()];
    const wanted = Array.from({ length: 30 }, (_, n) =>
      gateways[n % 3]?.keys.issue({ owner: `o${n}`, tokenId: id, seconds: 60 }),
    );
    const given = (await Promise.all(wanted)).filter((key) => key !== undefined);
    expect([given.length, await usesOf(id), await count(house.db, "agent_keys where token_id = $1", [id])]).toEqual([
      ...[7, 7, 7],
    ]);
    expect(await here().keys.issue({ owner: "late", tokenId: id, seconds: 60 })).toBeUndefined();
  });

  it("gives hundreds at once for one token in a few statements", async () => {
    const { keys } = here();
    const given = await Promise.all(
      Array.from({ length: 450 }, (_, n) => keys.issue({ owner: `o${n}`, tokenId, seconds: 60 })),
    );
    expect(new Set(given.map((key) => key?.id)).size).toBe(450);
    expect(await usesOf(tokenId)).toBe(450);
    for (const n of [0, 99, 100, 449]) expect(ids(await keys.live(`o${n}`))).toEqual([given[n]?.id]);
    const transactions = await count(house.db, "(select distinct xmin::text from agent_keys) t");
    expect(transactions).toBeLessThanOrEqual(6);
  });

  it("gives none for a token that is revoked, has ended, or is none", async () => {
    const { keys, tokens, token } = here();
    const ended = await token("ended", { expiresAt: new Date(0) });
    const revoked = await token("revoked");
    await tokens.revoke("revoked");
    for (const id of [ended.id, revoked.id, NOBODY, "", "no id"])
      expect(await keys.issue({ owner: OWNER, tokenId: id, seconds: 60 })).toBeUndefined();
    expect(await count(house.db, "agent_keys")).toBe(0);
  });

  it("fails for all who wait for it when the database refuses, and then goes on", async () => {
    const { keys } = here();
    const bad = [1, 2].map(() => keys.issue({ owner: OWNER, tokenId, seconds: Number.POSITIVE_INFINITY }));
    expect((await Promise.allSettled(bad)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await keys.issue({ owner: OWNER, tokenId, seconds: 60 })).toBeDefined();
  });
});

describe("AgentKeys.live", () => {
  it("has the newest two that are neither revoked nor at their end, in any case of the owner's name", async () => {
    const { keys, key } = here();
    const given = [];
    for (let n = 0; n < 4; n++) given.push(await key(OWNER, tokenId));
    await key("another", tokenId);
    expect(await keys.live(OWNER.toUpperCase())).toEqual([given[3], given[2]]);
    await keys.revoke(given[3]?.id ?? "");
    await house.db.run("update agent_keys set expires_at = now() where id = $1", [given[1]?.id]);
    expect(ids(await here().keys.live(OWNER))).toEqual([given[2]?.id, given[0]?.id]);
    expect(await keys.live("nobody\0")).toEqual([]);
  });

  it("is as it was a moment ago, but for what this process changed itself, and unless it is asked for anew", async () => {
    const [one, other] = [here(), here()];
    const first = await one.key(OWNER, tokenId);
    expect(ids(await one.keys.live(OWNER))).toEqual([first.id]);
    const second = await other.key(OWNER, tokenId);
    expect(ids(await one.keys.live(OWNER))).toEqual([first.id]);
    expect(ids(await one.keys.live(OWNER, true))).toEqual([second.id, first.id]);
    expect(ids(await one.keys.live(OWNER))).toEqual([second.id, first.id]);
    await one.keys.revoke(second.id);
    expect(ids(await one.keys.live(OWNER))).toEqual([first.id]);
    const third = await one.key(OWNER, tokenId);
    expect(ids(await one.keys.live(OWNER))).toEqual([third.id, first.id]);
    await one.keys.askRenewal(OWNER);
    expect((await one.keys.live(OWNER))[0]?.renewalAskedAt).toBeInstanceOf(Date);
    await one.keys.use(third.id, 1);
    expect(await one.keys.live(OWNER)).toMatchObject([{ id: third.id, confirmedAt: expect.any(Date) }]);
  });

  it("does not believe that there is none", async () => {
    const one = here();
    expect(await one.keys.live(OWNER)).toEqual([]);
    const { id } = await here().key(OWNER, tokenId);
    expect(ids(await one.keys.live(OWNER))).toEqual([id]);
  });

  it("opens none under another instance key, nor one that was put beside another owner", async () => {
    await here().key(OWNER, tokenId);
    const foreign = createAgentKeys(house.db, new SecretBox(randomBytes(32)));
    await expect(foreign.live(OWNER)).rejects.toMatchObject({ code: "internal" });
    await house.db.run("update agent_keys set owner = 'thief'");
    await expect(here().keys.live("thief")).rejects.toMatchObject({ code: "internal" });
  });
});

describe("AgentKeys.undo", () => {
  it("takes back the newest key that was not used yet, with its use of the token", async () => {
    const { keys, key } = here();
    const old = await key(OWNER, tokenId);
    await keys.use(old.id, 1);
    await key(OWNER, tokenId);
    expect(await keys.undo(OWNER.toUpperCase(), 60)).toBe(true);
    expect([ids(await keys.live(OWNER)), await usesOf(tokenId)]).toEqual([[old.id], 1]);
    // Not the older one in its stead.
    expect(await keys.undo(OWNER, 60)).toBe(false);
    expect(ids(await keys.live(OWNER))).toEqual([old.id]);
  });

  it("leaves one that was used, or given long ago, or that nobody has", async () => {
    const { keys, key } = here();
    const used = await key(OWNER, tokenId);
    await keys.use(used.id, 1);
    expect(await keys.undo(OWNER, 60)).toBe(false);
    await key("b", tokenId);
    await house.db.run("update agent_keys set created_at = now() - interval '61 seconds'");
    expect(await keys.undo("b", 60)).toBe(false);
    expect(await keys.undo("nobody", 60)).toBe(false);
    expect(await usesOf(tokenId)).toBe(2);
  });
});

describe("operators' view of keys", () => {
  it("lists all of them by owner and age, page by page, without secrets", async () => {
    const { keys, key } = here();
    const made: { readonly id: string; readonly expiresAt: Date }[] = [];
    for (const owner of ["b", "a", "b", "a", "C"]) made.push(await key(owner, tokenId));
    await keys.revoke(made[1]?.id ?? "");
    const expected = [1, 3, 0, 2, 4].map((n) => made[n]?.id);
    const pages: string[] = [];
    let after: string | undefined;
    do {
      const { keys: page, next } = await keys.list({ limit: 2, ...(after !== undefined && { after }) });
      pages.push(...ids(page));
      after = next ?? undefined;
    } while (after !== undefined);
    expect(pages).toEqual(expected);
    const { keys: ofA, next } = await keys.list({ limit: 9, owner: "A" });
    expect(next).toBeNull();
    expect(ofA).toEqual([
      {
        ...{ id: made[1]?.id, owner: "a", nodeId: null, token: "fleet", createdAt: expect.any(Date) },
        ...{ expiresAt: made[1]?.expiresAt, confirmedAt: null, revokedAt: expect.any(Date), renewalAskedAt: null },
      },
      expect.objectContaining({ id: made[3]?.id, revokedAt: null }),
    ]);
    for (const foreign of ["x", Buffer.from('["a","-1"]').toString("base64url"), "AAAA"])
      await expect(keys.list({ limit: 2, after: foreign })).rejects.toMatchObject({ code: "request-malformed" });
  });

  it("names the node that the owner's agent is on", async () => {
    const { keys, key } = here();
    const enrolment = enrolmentOf(OWNER.toUpperCase());
    const alias = { family: "inventory", kind: "agentid", value: OWNER.toUpperCase() } as const;
    const { nodeId } = await createNodeRegistry(house.db).enrol({ ...enrolment, alias });
    const { id } = await key(OWNER, tokenId);
    expect(await keys.find(id)).toMatchObject({ id, owner: OWNER, nodeId, token: "fleet" });
    expect(await keys.revoke(id)).toMatchObject({ id, nodeId, token: "fleet", revokedAt: expect.any(Date) });
    expect(await keys.revoke(id)).toBeUndefined();
    expect(await keys.find(id)).toMatchObject({ revokedAt: expect.any(Date) });
    for (const none of ["", "no id", NOBODY]) {
      expect(await keys.find(none)).toBeUndefined();
      expect(await keys.revoke(none)).toBeUndefined();
    }
  });

  it("asks an owner to register anew, once, and says how many of its keys live", async () => {
    const { keys, key } = here();
    const [one, two] = [await key(OWNER, tokenId), await key(OWNER, tokenId)];
    await keys.revoke(one.id);
    expect(await keys.askRenewal(OWNER.toUpperCase())).toBe(1);
    const asked = (await keys.find(two.id))?.renewalAskedAt;
    expect(await keys.askRenewal(OWNER)).toBe(1);
    expect((await keys.find(two.id))?.renewalAskedAt).toEqual(asked);
    expect((await keys.find(one.id))?.renewalAskedAt).toBeNull();
    expect(await keys.askRenewal("nobody")).toBe(0);
    // What it gets then is not asked for again.
    expect((await key(OWNER, tokenId)).renewalAskedAt).toBeNull();
  });
});

describe("dropOldAgentKeys", () => {
  it("deletes those that were revoked, or came to their end, long ago", async () => {
    const { key } = here();
    const kept = [];
    for (const [column, days] of [
      ["revoked_at", 31],
      ["expires_at", 31],
      ["revoked_at", 29],
      ["expires_at", 29],
      ["created_at", 99],
    ] as const) {
      const { id } = await key(OWNER, tokenId);
      await house.db.run(`update agent_keys set ${column} = now() - make_interval(days => $2) where id = $1`, [
        id,
        days,
      ]);
      if (column === "created_at" || days < 30) kept.push(id);
    }
    expect(await dropOldAgentKeys(house.db, 30)).toBe(2);
    expect(ids((await here().keys.list({ limit: 9 })).keys)).toEqual(kept);
    expect(await dropOldAgentKeys(house.db, 30)).toBe(0);
  });
});
