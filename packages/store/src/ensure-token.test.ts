import { tokenFault, type WantedToken } from "@gatehouse/core/access";
import { beforeEach, describe, expect, it } from "vitest";
import { createApiTokens } from "./api-tokens.js";
import { count, useDatabase } from "./store.test.helper.js";

const house = useDatabase();
const tokens = () => createApiTokens(house.db);
const SECRET = "ci-0123456789abcdefghij";
const OTHER = "ci-another-0123456789abc";
const ci: WantedToken = { name: "ci", role: "operator", secret: SECRET };
const soon = () => new Date(Date.now() + 3_600_000);
const row = async () =>
  (await house.db.run<{ row: string }>("select t::text as row from api_tokens t order by id")).map((each) => each.row);
beforeEach(() => house.db.run("delete from api_tokens"));

describe("ApiTokens.ensure", () => {
  it("makes a token that lets in, and then leaves it as it is", async () => {
    const { token, change } = await tokens().ensure(ci);
    expect([change, token]).toEqual(["made", await tokens().find(SECRET)]);
    expect(token).toMatchObject({ name: "ci", role: "operator", expiresAt: null, revokedAt: null });
    const before = await row();
    expect(await tokens().ensure({ ...ci })).toEqual({ token, change: "none" });
    expect(await row()).toEqual(before);
  });

  it("writes another role or end into it", async () => {
    const { token } = await tokens().ensure(ci);
    const expiresAt = soon();
    const altered = await tokens().ensure({ ...ci, role: "viewer", expiresAt });
    expect(altered).toEqual({ token: { ...token, role: "viewer", expiresAt }, change: "altered" });
    expect(await tokens().ensure({ ...ci, role: "viewer", expiresAt: new Date(expiresAt) })).toMatchObject({
      change: "none",
    });
    expect(await tokens().ensure(ci)).toEqual({ token, change: "altered" });
    expect(await tokens().find(SECRET)).toEqual(token);
  });

  it("revokes it for another secret", async () => {
    const { token } = await tokens().ensure(ci);
    const { token: next, change } = await tokens().ensure({ ...ci, secret: OTHER });
    expect([change, next.id === token.id]).toEqual(["replaced", false]);
    expect(await tokens().find(SECRET)).toBeUndefined();
    expect((await tokens().find(OTHER))?.id).toBe(next.id);
  });

  it("brings back no secret that was revoked: others may know it", async () => {
    await tokens().ensure(ci);
    await tokens().revoke("ci");
    const before = await row();
    await expect(tokens().ensure(ci)).rejects.toMatchObject({ code: "conflict" });
    expect(await tokens().find(SECRET)).toBeUndefined();
    expect(await row()).toEqual(before);
    expect(await tokens().ensure({ ...ci, secret: OTHER })).toMatchObject({ change: "made" });
  });

  it("takes no secret of another token, and neither that one's name nor its role", async () => {
    await tokens().add({ name: "boss", role: "admin", secret: SECRET });
    const before = await row();
    await expect(tokens().ensure(ci)).rejects.toMatchObject({ code: "conflict" });
    expect(await row()).toEqual(before);
  });

  it("gives a token that has ended a new end", async () => {
    const expiresAt = new Date(Date.now() - 1_000);
    expect(await tokens().ensure({ ...ci, expiresAt })).toMatchObject({ change: "made" });
    expect(await tokens().find(SECRET)).toBeUndefined();
    expect(await tokens().ensure({ ...ci, expiresAt })).toMatchObject({ change: "none" });
    expect(await tokens().ensure({ ...ci, expiresAt: soon() })).toMatchObject({ change: "altered" });
    expect((await tokens().find(SECRET))?.name).toBe("ci");
  });

  it("makes one token when many ensure it at once", async () => {
    const done = await Promise.all(Array.from({ length: 20 }, () => tokens().ensure(ci)));
    expect(done.map(({ change }) => change).toSorted()).toEqual(["made", ...Array(19).fill("none")]);
    expect(new Set(done.map(({ token }) => token.id)).size).toBe(1);
    expect(await count(house.db, "api_tokens")).toBe(1);
  });

  it("ends in one live token when many want another secret for one name", async () => {
    const wanted = Array.from({ length: 10 }, (_, i) => ({ ...ci, secret: `${SECRET}-${i}` }));
    await Promise.all(wanted.map((each) => tokens().ensure(each)));
    expect(await count(house.db, "api_tokens where revoked_at is null")).toBe(1);
    const live = await Promise.all(wanted.map(({ secret }) => tokens().find(secret)));
    expect(live.filter((token) => token !== undefined)).toHaveLength(1);
  });

  it.each<[string, Partial<WantedToken>]>([
    ["a short secret", { secret: "hunter2-0123456789a" }],
    ["an empty secret", { secret: "" }],
    ["a secret that no header carries", { secret: "hunter2 0123456789 abcdef" }],
    ["a secret with a line break", { secret: "hunter2-0123456789abcdef\n" }],
    ["a secret with U+0000", { secret: "hunter2-0123456789abcdef\u0000" }],
    ["a secret in letters beyond ASCII", { secret: "hunter2-0123456789abcdé" }],
    ["a huge secret", { secret: "hunter2".repeat(1_000) }],
    ["a certificate's name", { name: "certificate:admin" }],
    ["an empty name", { name: "" }],
    ["a name with U+0000", { name: "ci\u0000" }],
  ])("refuses %s, without repeating it", async (_, said) => {
    const refused = await tokens()
      .ensure({ ...ci, ...said })
      .catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ code: "request-malformed", message: tokenFault({ ...ci, ...said }) });
    expect(String((refused as Error).stack)).not.toMatch(/hunter2|0123456789/);
    expect(await count(house.db, "api_tokens")).toBe(0);
  });

  it("takes the least that is asked of a secret", () => {
    expect(tokenFault({ name: "__proto__", secret: "12345678901234567890" })).toBeUndefined();
  });
});
