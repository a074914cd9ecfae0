import { randomBytes, randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { SecretBox } from "../secret-box.js";
import { count, useDatabase } from "../store.test.helper.js";
import { box, processOn, sweep, tokenOf } from "./enrolment.test.helper.js";
import { createRegistrationTokens } from "./registration-tokens.js";

const house = useDatabase();
const here = () => processOn(house.db);
const names = async () => (await here().tokens.usable()).map(({ name }) => name);
beforeEach(() => sweep(house.db));

describe("RegistrationTokens.add", () => {
  it("tells all but the secret, which is sealed in the table", async () => {
    const secret = randomBytes(16);
    const expiresAt = new Date("2100-01-01T00:00:00Z");
    const said = { tag: "paris", agent: "E72A798F-E51B-11F1-9F32-AAEA530464D7", mostUses: 3, expiresAt, secret };
    expect(await here().token("fleet", said)).toEqual({
      ...{ id: expect.any(String), name: "fleet", tag: "paris", agent: said.agent.toLowerCase(), mostUses: 3, uses: 0 },
      ...{ createdAt: expect.any(Date), createdBy: "ann", expiresAt, revokedAt: null },
    });
    const [row] = await house.db.run<{ text: string; secret: Buffer }>(
      "select t::text as text, secret from registration_tokens t",
    );
    for (const form of ["hex", "base64", "base64url"] as const) expect(row?.text).not.toContain(secret.toString(form));
    expect(row?.secret.includes(secret)).toBe(false);
  });

  it("takes no name and no secret of one that nobody revoked", async () => {
    const secret = randomBytes(16);
    const { token, tokens } = here();
    await token("one", { secret });
    await expect(token("one")).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("one") });
    const same = await token("two", { secret }).catch((thrown: unknown) => thrown);
    expect(same).toMatchObject({ code: "conflict", message: expect.stringContaining("secret") });
    await house.db.run("update registration_tokens set expires_at = now() - interval '1 day'");
    await expect(token("two", { secret })).rejects.toMatchObject({ code: "conflict" });
    await tokens.revoke("one");
    await token("one", { secret });
    expect(await count(house.db, "registration_tokens")).toBe(2);
  });

  it("lets one of two that come at once have a secret", async () => {
    const secret = randomBytes(16);
    const results = await Promise.allSettled(["a", "b"].map((name) => here().token(name, { secret })));
    expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  it("refuses one that is no token, and the one beyond ten thousand", async () => {
    await expect(here().token("")).rejects.toMatchObject({ code: "request-malformed" });
    await expect(here().token("short", { secret: randomBytes(8) })).rejects.toMatchObject({
      code: "request-malformed",
    });
    await house.db.run(
      `insert into registration_tokens (id, name, secret, fingerprint, created_by)
       select gen_random_uuid(), 'n' || n, '', n::text::bytea, 'x' from generate_series(1, 10000) n`,
    );
    await expect(here().token("more")).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching("10000"),
    });
  });
});

describe("RegistrationTokens.usable", () => {
  it("has those that a registration may begin with, opened, newest first", async () => {
    const { token, tokens } = here();
    const secret = randomBytes(16);
    const first = await token("first", { secret, tag: "paris", agent: "A" });
    await token("second", { expiresAt: new Date(Date.now() + 3_600_000) });
    await token("revoked");
    await tokens.revoke("revoked");
    await token("ended", { expiresAt: new Date(0) });
    await token("used up", { mostUses: 1 });
    await house.db.run("update registration_tokens set uses = 1 where name = 'used up'");
    const usable = await tokens.usable();
    expect(usable.map(({ name }) => name)).toEqual(["second", "first"]);
    expect(usable[1]).toEqual({ id: first.id, name: "first", tag: "paris", agent: "a", secret });
  });

  it("is as it was a moment ago, but for what this process changed itself", async () => {
    const one = here();
    await one.token("first");
    expect(await one.tokens.usable()).toHaveLength(1);
    await here().token("of another process");
    expect(await one.tokens.usable()).toHaveLength(1);
    await one.token("second");
    expect((await one.tokens.usable()).map(({ name }) => name)).toEqual(["second", "of another process", "first"]);
    await one.tokens.revoke("second");
    expect(await one.tokens.usable()).toHaveLength(2);
  });

  it("opens many without holding up who comes between", async () => {
    const { token, tokens } = here();
    for (let n = 0; n < 450; n++) await token(`n${n}`);
    let turns = 0;
    const timer = setImmediate(function again() {
      turns++;
      setImmediate(again).unref();
    });
    const usable = await tokens.usable();
    clearImmediate(timer);
    expect([usable.length, turns > 1]).toEqual([450, true]);
  });

  it("opens with no other instance key, and nothing that was put into another row", async () => {
    await here().token("one");
    await here().token("two");
    const other = createRegistrationTokens(house.db, new SecretBox(randomBytes(32)));
    await expect(other.usable()).rejects.toMatchObject({ code: "internal" });
    await house.db.run(
      "update registration_tokens set secret = (select secret from registration_tokens where name = 'one') where name = 'two'",
    );
    await expect(here().tokens.usable()).rejects.toMatchObject({ code: "internal" });
  });
});

describe("RegistrationTokens.list", () => {
  it("has the live ones first, each by name, without secrets", async () => {
    const { token, tokens } = here();
    for (const name of ["c", "a", "B"]) await token(name);
    await token("0 ended", { expiresAt: new Date(0) });
    await tokens.revoke("a");
    const list = await tokens.list();
    expect(list.map(({ name }) => name)).toEqual(["B", "c", "0 ended", "a"]);
    expect(list.every((each) => !("secret" in each))).toBe(true);
  });
});

describe("RegistrationTokens.use", () => {
  it("counts registrations without a key, no more than the token is good for, also of those that come at once", async () => {
    const { token, tokens } = here();
    const { id } = await token("three", { mostUses: 3 });
    const used = await Promise.all(Array.from({ length: 6 }, () => tokens.use(id)));
    expect(used.filter((one) => one)).toHaveLength(3);
    expect(await tokens.list()).toMatchObject([{ name: "three", uses: 3 }]);
  });

  it("is for nothing that was revoked, or is not there", async () => {
    const { token, tokens } = here();
    const { id } = await token("any");
    expect([await tokens.use(id), await tokens.use(id)]).toEqual([true, true]);
    await tokens.revoke("any");
    expect([await tokens.use(id), await tokens.use(randomUUID()), await tokens.use("x")]).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe("RegistrationTokens.revoke", () => {
  const challenge = (agentId: string, tokenId: string) => ({
    ...{ agentId, of: agentId, tokenId, said: {} },
    from: "192.0.2.1",
    serverSecret: randomBytes(8),
  });

  it("takes along the keys that were given for it, and the challenges under way, and no others", async () => {
    const { token, tokens, keys, key, challenges } = here();
    const [one, two] = [await token("one"), await token("two")];
    await key("a", one.id);
    await key("b", one.id);
    const ended = await key("c", one.id);
    await house.db.run("update agent_keys set expires_at = now() where id = $1", [ended.id]);
    const other = await key("d", two.id);
    await challenges.open(challenge("e", one.id), 60);
    await challenges.open(challenge("f", two.id), 60);
    expect(await keys.live("a")).toHaveLength(1);

    expect(await tokens.revoke("one")).toEqual({ token: { ...one, uses: 3, revokedAt: expect.any(Date) }, keys: 2 });
    // Keys that were remembered are forgotten with it.
    expect([await keys.live("a"), await keys.live("b")]).toEqual([[], []]);
    expect(await keys.live("d")).toEqual([other]);
    expect(await challenges.take("e", "192.0.2.1")).toBeUndefined();
    expect(await challenges.take("f", "192.0.2.1")).toMatchObject({ token: { name: "two" } });
    expect(await keys.issue({ owner: "a", tokenId: one.id, seconds: 60 })).toBeUndefined();
    expect(await names()).toEqual(["two"]);
  });

  it("is by name or id, once, and takes what is written like an id for a name first", async () => {
    const { token, tokens } = here();
    const first = await token("first");
    await token(first.id);
    expect(await tokens.revoke("nobody\0")).toBeUndefined();
    expect(await tokens.revoke(first.id)).toMatchObject({ token: { name: first.id }, keys: 0 });
    expect(await tokens.revoke(first.id.toUpperCase())).toMatchObject({ token: { name: "first" } });
    expect(await tokens.revoke(first.id)).toBeUndefined();
  });

  it("takes along what is being given at that moment", async () => {
    for (let round = 0; round < 5; round++) {
      const { token, tokens, keys } = here();
      const { id, name } = await token(`raced ${round}`);
      const giving = Array.from({ length: 20 }, (_, n) => keys.issue({ owner: `o${n}`, tokenId: id, seconds: 60 }));
      await Promise.all([...giving, tokens.revoke(name)]);
      expect(await count(house.db, "agent_keys where token_id = $1 and revoked_at is null", [id])).toBe(0);
    }
  });

  it("tells others of it, once it is done", async () => {
    let told = 0;
    const tokens = createRegistrationTokens(house.db, box, () => told++);
    await tokens.add(tokenOf("told"), "ann");
    await tokens.revoke("nobody");
    expect(told).toBe(0);
    await tokens.revoke("told");
    expect(told).toBe(1);
  });
});
