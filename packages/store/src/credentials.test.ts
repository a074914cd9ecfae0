import { randomBytes } from "node:crypto";
import type { Credential } from "@gatehouse/core/credentials";
import { beforeEach, describe, expect, it } from "vitest";
import { createCredentials } from "./credentials.js";
import { SecretBox } from "./secret-box.js";
import { useDatabase } from "./store.test.helper.js";

const house = useDatabase();
const box = new SecretBox(randomBytes(32));
const credentials = () => createCredentials(house.db, box);
const esx: Credential = { name: "esx", kind: "password", username: "root", secret: "correct horse €😀" };
const switches: Credential = { name: "switches", kind: "snmp-community", username: null, secret: "battery staple" };
beforeEach(() => house.db.run("delete from credentials"));

describe("Credentials", () => {
  it("tells one that is put in its place from one that is made anew", async () => {
    await credentials().put(esx, "ada");
    await credentials().put(switches, "ada");
    const before = await credentials().identities();
    expect([...before.keys()].toSorted()).toEqual(["esx", "switches"]);
    expect(new Set(before.values()).size).toBe(2);
    await credentials().put(esx, "bob");
    expect(await credentials().identities()).toEqual(before);
    await credentials().remove("esx");
    await credentials().put(esx, "bob");
    const after = await credentials().identities();
    expect(after.get("esx")).not.toBe(before.get("esx"));
    expect(after.get("switches")).toBe(before.get("switches"));
  });

  it("opens what was put, and lists all but the secrets", async () => {
    const before = Date.now() - 2_000;
    const { secret: _, ...shown } = esx;
    expect(await credentials().put(switches, "ada\u0000")).not.toHaveProperty("secret");
    const put = await credentials().put(esx, "bob");
    expect(put).toEqual({ ...shown, createdAt: expect.any(Date), createdBy: "bob" });
    expect(put.createdAt.getTime()).toBeGreaterThan(before);
    expect(await credentials().list()).toEqual([
      put,
      { name: "switches", kind: "snmp-community", username: null, createdAt: expect.any(Date), createdBy: "ada" },
    ]);
    expect(await credentials().get("esx")).toEqual(esx);
    expect(await credentials().get("switches")).toEqual(switches);
  });

  it.each(["ESX", "esx\u0000", "", "nobody", "__proto__"])("finds and removes nothing under %j", async (name) => {
    await credentials().put(esx, "ada");
    expect(await credentials().get(name)).toBeUndefined();
    expect(await credentials().remove(name)).toBe(false);
    expect(await credentials().list()).toHaveLength(1);
  });

  it("puts a credential in the place of the one of its name, whatever its kind was", async () => {
    await credentials().put(esx, "ada");
    const changed: Credential = { ...switches, name: "esx" };
    expect(await credentials().put(changed, "bob")).toMatchObject({ kind: "snmp-community", createdBy: "bob" });
    expect(await credentials().get("esx")).toEqual(changed);
    expect(await credentials().list()).toHaveLength(1);
    expect([await credentials().remove("esx"), await credentials().remove("esx")]).toEqual([true, false]);
    expect(await credentials().get("esx")).toBeUndefined();
  });

  it.each<[string, Partial<Credential>]>([
    ["without a login", { username: null }],
    ["of no kind", { kind: "token" as "password" }],
    ["with U+0000 in the secret", { secret: "hunter2\u0000" }],
    ["with U+0000 in the name", { name: "e\u0000sx" }],
    ["with a huge secret", { secret: "hunter2".repeat(1_000_000) }],
  ])("refuses one %s, changes nothing and repeats no secret", async (_, said) => {
    const put = await credentials().put(esx, "ada");
    const refused = await credentials()
      .put({ ...esx, ...said }, "mallory")
      .catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ code: "request-malformed" });
    expect(String((refused as Error).stack)).not.toMatch(/hunter2|horse/);
    expect(await credentials().list()).toEqual([put]);
    expect(await credentials().get("esx")).toEqual(esx);
  });

  it("keeps nothing of a secret in the clear", async () => {
    await credentials().put(esx, "ada");
    await credentials().put(switches, "ada");
    const rows = await house.db.run<{ text: string }>("select t::text as text from credentials t");
    const text = rows.map((row) => row.text).join("\n");
    expect(text).toContain("switches");
    for (const secret of [esx.secret, switches.secret]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(Buffer.from(secret).toString("hex"));
      expect(text).not.toContain(Buffer.from(secret).toString("base64"));
    }
  });

  it.each([
    ["under another name", "update credentials set name = 'mine' where name = 'esx'", "mine"],
    ["with another login", "update credentials set username = 'mallory' where name = 'esx'", "esx"],
    ["as another kind", "update credentials set kind = 'snmp-community', username = null where name = 'esx'", "esx"],
    [
      "with the secret of another",
      "update credentials set secret = (select secret from credentials where name = 'switches') where name = 'esx'",
      "esx",
    ],
  ])("does not open a row that was changed in the database: %s", async (_, change, name) => {
    await credentials().put(esx, "ada");
    await credentials().put(switches, "ada");
    await house.db.run(change);
    const refused = await credentials()
      .get(name)
      .catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ code: "internal", detail: `credential "${name}" does not open` });
    // It can still be listed, put anew and taken away.
    expect(await credentials().list()).toHaveLength(2);
    await credentials().put({ ...esx, name }, "ada");
    expect(await credentials().get(name)).toEqual({ ...esx, name });
    expect(await credentials().remove(name)).toBe(true);
  });

  it("does not open under another instance key", async () => {
    await credentials().put(esx, "ada");
    const foreign = createCredentials(house.db, new SecretBox(randomBytes(32)));
    await expect(foreign.get("esx")).rejects.toMatchObject({ code: "internal" });
  });

  it("is one of those that were put, whole, when several put the same at once", async () => {
    const puts = Array.from({ length: 20 }, (_, i) => ({ ...esx, username: `u${i}`, secret: `secret of u${i}` }));
    await Promise.all(puts.map((put) => credentials().put(put, "ada")));
    expect(puts).toContainEqual(await credentials().get("esx"));
    expect(await credentials().list()).toHaveLength(1);
  });

  it("refuses more than 10 000, and still takes another secret for one that is there", async () => {
    await credentials().put(esx, "ada");
    await house.db.run(
      `insert into credentials (name, kind, secret, created_by)
       select 'n' || i, 'snmp-community', '', 'x' from generate_series(2, 10000) i`,
    );
    await expect(credentials().put(switches, "ada")).rejects.toMatchObject({ code: "conflict" });
    await credentials().put({ ...esx, secret: "another" }, "ada");
    expect((await credentials().get("esx"))?.secret).toBe("another");
  });
});
