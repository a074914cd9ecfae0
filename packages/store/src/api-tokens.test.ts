import { createHash } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { createApiTokens } from "./api-tokens.js";
import { useDatabase } from "./store.test.helper.js";

const house = useDatabase();
const tokens = () => createApiTokens(house.db);
const SECRET = "gth_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";
beforeEach(() => house.db.run("delete from api_tokens"));

describe("ApiTokens", () => {
  it("finds a live token by its secret alone", async () => {
    const made = await tokens().add({ name: "one", role: "operator", secret: SECRET });
    expect(made).toMatchObject({ name: "one", role: "operator", expiresAt: null, revokedAt: null });
    expect(await tokens().find(SECRET)).toEqual(made);
    for (const other of ["one", made.id, `${SECRET} `, SECRET.toLowerCase(), SECRET.slice(0, -1), ""]) {
      expect(await tokens().find(other)).toBeUndefined();
    }
  });

  it("does not find an expired token", async () => {
    const expiresAt = new Date(Date.now() + 3_600_000);
    await tokens().add({ name: "one", role: "viewer", secret: SECRET, expiresAt });
    expect((await tokens().find(SECRET))?.expiresAt).toEqual(expiresAt);
    await house.db.run("update api_tokens set expires_at = now() - interval '1 microsecond'");
    expect(await tokens().find(SECRET)).toBeUndefined();
    expect(await tokens().list()).toHaveLength(1);
  });

  it.each(["name", "id"] as const)("does not find a token that was revoked by its %s", async (by) => {
    const made = await tokens().add({ name: "one", role: "viewer", secret: SECRET });
    expect(await tokens().revoke(made[by])).toBe(true);
    expect(await tokens().find(SECRET)).toBeUndefined();
    expect(await tokens().revoke(made[by])).toBe(false);
    expect((await tokens().list())[0]?.revokedAt).toBeInstanceOf(Date);
  });

  it.each(["nobody", "00000000-0000-4000-8000-000000000000", "", "\0"])("revokes nothing under %j", async (name) => {
    await tokens().add({ name: "one", role: "viewer", secret: SECRET });
    expect(await tokens().revoke(name)).toBe(false);
    expect(await tokens().find(SECRET)).toBeDefined();
  });

  it("refuses a live name twice, and takes it again after its revocation", async () => {
    await tokens().add({ name: "one", role: "viewer", secret: "first" });
    const again = () => tokens().add({ name: "one", role: "admin", secret: "second" });
    await expect(again()).rejects.toMatchObject({ code: "conflict" });
    expect(await tokens().find("second")).toBeUndefined();
    await tokens().revoke("one");
    expect((await again()).role).toBe("admin");
    expect(await tokens().find("first")).toBeUndefined();
  });

  it("refuses a secret that another token has", async () => {
    await tokens().add({ name: "one", role: "viewer", secret: SECRET });
    await expect(tokens().add({ name: "two", role: "admin", secret: SECRET })).rejects.toMatchObject({
      code: "conflict",
    });
    expect((await tokens().find(SECRET))?.role).toBe("viewer");
  });

  it("stores the hash only", async () => {
    await tokens().add({ name: "one", role: "viewer", secret: SECRET });
    const [row] = await house.db.run<{ hash: Buffer; text: string }>("select hash, t::text as text from api_tokens t");
    expect(row?.hash).toEqual(createHash("sha256").update(SECRET).digest());
    expect(row?.text).not.toContain(SECRET);
    expect(row?.text).not.toContain(Buffer.from(SECRET).toString("hex"));
    expect(JSON.stringify(await tokens().list())).not.toContain("hash");
  });

  it("knows whether somebody can administer: viewers, expired and revoked admins do not count", async () => {
    expect(await tokens().hasAdmin()).toBe(false);
    await tokens().add({ name: "viewer", role: "viewer", secret: SECRET });
    await tokens().add({
      name: "late",
      role: "admin",
      secret: `${SECRET}-late`,
      expiresAt: new Date(Date.now() - 1000),
    });
    expect(await tokens().hasAdmin()).toBe(false);
    // An expired token gives its name back.
    await tokens().add({ name: "late", role: "admin", secret: `${SECRET}-new` });
    expect(await tokens().hasAdmin()).toBe(true);
    await tokens().revoke("late");
    expect(await tokens().hasAdmin()).toBe(false);
  });
});
