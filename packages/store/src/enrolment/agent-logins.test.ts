import { beforeEach, describe, expect, it } from "vitest";
import { count, useDatabase } from "../store.test.helper.js";
import { watched } from "../submissions/reporting.test.helper.js";
import { createAgentLogins } from "./agent-logins.js";

const house = useDatabase();
const logins = () => createAgentLogins(house.db);
const SECRET = "correct horse";
const add = (name: string, said: { kind?: "basic" | "oauth"; agent?: string; secret?: string } = {}, of = logins()) =>
  of.add({ kind: "basic", name, agent: null, secret: SECRET, ...said }, "ann");
beforeEach(() => house.db.run("delete from agent_logins"));

describe("AgentLogins.add", () => {
  it("tells all but the secret, of which the table has a slow digest only", async () => {
    const made = await add("agents");
    expect(made).toEqual({
      ...{ id: expect.any(String), kind: "basic", name: "agents", agent: null },
      ...{ createdAt: expect.any(Date), createdBy: "ann", revokedAt: null },
    });
    const [row] = await house.db.run<{ text: string }>("select l::text as text from agent_logins l");
    expect(row?.text).toContain("scrypt$16384$8$1$");
    for (const form of [SECRET, Buffer.from(SECRET).toString("hex"), Buffer.from(SECRET).toString("base64")])
      expect(row?.text).not.toContain(form);
  });

  it("keeps the name of its agent in lower case", async () => {
    expect(await add("web01", { agent: "E72A798F-Web01" })).toMatchObject({ agent: "e72a798f-web01" });
  });

  it("takes a name again when it was revoked, not before, and for the other kind at once", async () => {
    await add("reused");
    await expect(add("reused")).rejects.toMatchObject({ code: "conflict" });
    await add("reused", { kind: "oauth" });
    await logins().revoke("basic", "reused");
    await add("reused", { secret: "another one" });
    expect(await logins().verify("basic", "reused", SECRET)).toBeUndefined();
    expect(await logins().verify("basic", "reused", "another one")).toMatchObject({ name: "reused" });
  });

  it.each([
    ["a colon", { name: "a:b" }],
    ["no name", { name: "" }],
    ["a control", { name: "a\0" }],
    ["a short secret", { secret: "1234567" }],
    ["a lone surrogate", { secret: "12345678\ud800" }],
    ["an agent without a name", { agent: "" }],
  ])("refuses %s", async (_, said) => {
    const login = { kind: "basic" as const, name: "good", agent: null, secret: SECRET, ...said };
    await expect(logins().add(login, "ann")).rejects.toMatchObject({ code: "request-malformed" });
    expect(await count(house.db, "agent_logins")).toBe(0);
  });

  it("ends at ten thousand live ones", async () => {
    await house.db.run(
      "insert into agent_logins (kind, name, digest, created_by) select 'basic', 'n' || n, '', 'x' from generate_series(1, 10000) n",
    );
    await expect(add("one more")).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("10000"),
    });
    await logins().revoke("basic", "n1");
    expect(await add("one more")).toMatchObject({ name: "one more" });
  });
});

describe("AgentLogins.list", () => {
  it("has the live ones first, each by name", async () => {
    for (const name of ["c", "a", "B", "d"]) await add(name);
    await logins().revoke("basic", "a");
    expect((await logins().list()).map(({ name, revokedAt }) => [name, revokedAt === null])).toEqual([
      ["B", true],
      ["c", true],
      ["d", true],
      ["a", false],
    ]);
  });
});

describe("AgentLogins.revoke", () => {
  it("revokes by name and by id, of its own kind, once", async () => {
    const made = await add("by id");
    await add("by name");
    expect(await logins().revoke("oauth", "by name")).toBeUndefined();
    expect(await logins().revoke("oauth", made.id)).toBeUndefined();
    expect(await logins().revoke("basic", "by name")).toMatchObject({ name: "by name", revokedAt: expect.any(Date) });
    expect(await logins().revoke("basic", made.id.toUpperCase())).toMatchObject({ id: made.id });
    expect(await logins().revoke("basic", made.id)).toBeUndefined();
    expect(await logins().revoke("basic", "by\0 name")).toBeUndefined();
  });

  it("takes what is written like an id for a name first: clients are often called so", async () => {
    const first = await add("first");
    await add(first.id, { agent: "web01" });
    expect(await logins().revoke("basic", first.id)).toMatchObject({ name: first.id, agent: "web01" });
    expect(await logins().revoke("basic", first.id)).toMatchObject({ name: "first" });
  });
});

describe("AgentLogins.verify", () => {
  it("goes on finding who was found before, while others flood us with wrong secrets", async () => {
    const here = logins();
    await add("right", {}, here);
    expect(await here.verify("basic", "right", SECRET)).toMatchObject({ name: "right" });
    // What is remembered for seconds is forgotten with it.
    await add("other", {}, here);
    const wrong = Array.from({ length: 150 }, (_, n) => here.verify("basic", "right", `guess ${n} of it`));
    const results = Promise.allSettled(wrong);
    expect(await here.verify("basic", "right", SECRET)).toMatchObject({ name: "right" });
    const refused = (await results).filter(({ status }) => status === "rejected");
    expect(refused.length).toBeGreaterThan(0);
    await here.revoke("basic", "right");
    expect(await here.verify("basic", "right", SECRET)).toBeUndefined();
  });

  it("knows a login by its kind, name and secret, and no other", async () => {
    const made = await add("agents");
    const found = await logins().verify("basic", "agents", SECRET);
    expect(found).toEqual(made);
    for (const [kind, name, secret] of [
      ["basic", "agents", "correct horsE"],
      ["basic", "Agents", SECRET],
      ["oauth", "agents", SECRET],
      ["basic", "nobody", SECRET],
      ["basic", "agents", ""],
      ["basic", "agents\0", SECRET],
      ["basic", "__proto__", SECRET],
      ["basic", "x".repeat(10_000), SECRET],
      ["basic", "agents", "x".repeat(1 << 20)],
    ] as const)
      expect(await logins().verify(kind, name, secret)).toBeUndefined();
  });

  it("remembers what it found for a moment, right and wrong, and what this process changes at once", async () => {
    const one = logins();
    const made = await add("agents", {}, one);
    expect(await one.verify("basic", "agents", SECRET)).toEqual(made);
    expect(await one.verify("basic", "later", SECRET)).toBeUndefined();
    await house.db.run("update agent_logins set revoked_at = now()");
    expect(await one.verify("basic", "agents", SECRET)).toEqual(made);
    expect(await logins().verify("basic", "agents", SECRET)).toBeUndefined();
    await add("later", {}, one);
    expect(await one.verify("basic", "agents", SECRET)).toBeUndefined();
    expect(await one.verify("basic", "later", SECRET)).toMatchObject({ name: "later" });
    await one.revoke("basic", "later");
    expect(await one.verify("basic", "later", SECRET)).toBeUndefined();
  });

  it("digests once for all that bring the same at once", async () => {
    const one = logins();
    await add("agents", {}, one);
    // More than may wait, if each were digested on its own.
    const results = await Promise.all(Array.from({ length: 500 }, () => one.verify("basic", "agents", SECRET)));
    expect(results.every((login) => login?.name === "agents")).toBe(true);
  });

  it("turns away more different ones than it can digest, whoever they name", async () => {
    const one = logins();
    const tries = Array.from({ length: 300 }, (_, n) => one.verify("basic", `nobody ${n}`, SECRET));
    const results = await Promise.allSettled(tries);
    const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    expect(refused.length).toBeGreaterThan(0);
    for (const reason of refused) expect(reason).toMatchObject({ code: "overloaded" });
  }, 60_000);
});

describe("AgentLogins.find", () => {
  it("finds a live one by its id, as it was a moment ago", async () => {
    const one = logins();
    const made = await add("agents", { kind: "oauth" }, one);
    const { db } = watched(house.db);
    const other = createAgentLogins(db);
    expect([await one.find(made.id), await other.find(made.id.toUpperCase())]).toEqual([made, made]);
    await one.revoke("oauth", "agents");
    expect(await one.find(made.id)).toBeUndefined();
    // Another process learns of it within seconds.
    expect(await other.find(made.id)).toEqual(made);
    expect(await logins().find(made.id)).toBeUndefined();
  });

  it.each(["", "no id", "00000000-0000-4000-8000-000000000000"])("finds none for %j", async (id) => {
    expect(await logins().find(id)).toBeUndefined();
  });
});
