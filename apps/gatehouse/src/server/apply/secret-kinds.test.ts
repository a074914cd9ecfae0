import { describe, expect, it } from "vitest";
import { enrolmentKey, keySecret } from "./apply.test.helper.js";
import { kindsHouse } from "./kinds.test.helper.js";

const { house, call, apply, done, tokenSecret, fieldsOf, refusedAt } = kindsHouse();

describe("EnrolmentKey", () => {
  const active = async () => {
    const { keys } = (await call("GET", "/enrolment-keys/dsc")).json;
    return keys
      .filter((key: { revokedAt: unknown }) => key.revokedAt === null)
      .map(({ name }: { name: string }) => name);
  };

  it("is renamed, and two change places, in one go", async () => {
    await done([enrolmentKey("a")], keySecret());
    expect(await done([enrolmentKey("b")], { ...keySecret(), prune: true })).toEqual([
      "+ EnrolmentKey b",
      "- EnrolmentKey a",
      "= 0",
    ]);
    const two = (one: string, other: string) => ({
      secrets: { "env:A": `${one}-0123456789abcdef`, "env:B": `${other}-0123456789abcdef` },
    });
    const documents = [enrolmentKey("a", "A"), enrolmentKey("b", "B")];
    await done(documents, two("one", "two"));
    expect(await done(documents, two("two", "one"))).toEqual(["~ EnrolmentKey a", "~ EnrolmentKey b", "= 0"]);
    expect(await done(documents, two("two", "one"))).toEqual(["= 2"]);
    expect((await active()).toSorted()).toEqual(["a", "b"]);
  });

  it("warns of what some agents could not use", async () => {
    const { json } = await apply([enrolmentKey("odd")], { secrets: { "env:KEY": "with spaces and such ü" } });
    expect(json.warnings).toEqual([{ kind: "EnrolmentKey", name: "odd", message: expect.stringContaining("Linux") }]);
  });

  it("may have a name that looks like an id", async () => {
    const name = "0b8a0e0a-0000-4000-8000-000000000001";
    await done([enrolmentKey(name)], keySecret());
    expect(await done([], { prune: true })).toEqual([`- EnrolmentKey ${name}`, "= 0"]);
    expect(await active()).toEqual([]);
  });
});

describe("ApiToken", () => {
  const token = (spec = {}) => ({
    kind: "ApiToken",
    name: "ci",
    spec: { role: "viewer", secret: { env: "T" }, ...spec },
  });
  const may = async (n: number, path = "/nodes") =>
    (await call("GET", path, undefined, tokenSecret(n).secrets["env:T"])).status;

  it("lets in, with its role, until it says otherwise", async () => {
    await done([token()], tokenSecret(1));
    expect([await may(1), await may(1, "/tokens")]).toEqual([200, 403]);
    expect(await fieldsOf(token({ role: "admin" }), tokenSecret(1))).toEqual([
      { field: "role", before: "viewer", after: "admin" },
    ]);
    expect(await may(1, "/tokens")).toBe(200);
    const expires = "2099-01-31T00:00:00+01:00";
    expect(await fieldsOf(token({ role: "admin", expires }), tokenSecret(1))).toEqual([
      { field: "expires", after: "2099-01-30T23:00:00.000Z" },
    ]);
    expect(await done([token({ role: "admin", expires: "2099-01-30T23:00:00Z" })], tokenSecret(1))).toEqual(["= 1"]);
    expect(await fieldsOf(token({ role: "admin", expires }), tokenSecret(2))).toEqual([
      { field: "secret", secret: true },
    ]);
    expect([await may(1), await may(2)]).toEqual([401, 200]);
    expect(await done([], { prune: true })).toEqual(["- ApiToken ci", "= 0"]);
    expect(await may(2)).toBe(401);
  });

  it("that has expired is as it is: the files go on being applied, with a warning", async () => {
    const old = token({ expires: "2001-01-01T00:00:00Z" });
    const { json } = await apply([old], tokenSecret(3));
    expect(json.warnings).toEqual([{ kind: "ApiToken", name: "ci", message: expect.stringContaining("expired") }]);
    expect(await done([old], tokenSecret(3))).toEqual(["= 1"]);
    expect(await may(3)).toBe(401);
  });

  it("whose secret is weak, another's, or was revoked is refused", async () => {
    const refused = (secret: string) => refusedAt([token()], { secrets: { "env:T": secret } });
    expect(await refused("short")).toEqual([expect.stringMatching(/^\/documents\/0\/spec\/secret: .*20 to 512/)]);
    expect(await refused(house.tokens.viewer)).toEqual([
      expect.stringMatching(/secret: .*is the one of token the-viewer/),
    ]);
    await done([token()], tokenSecret(4));
    await done([], { prune: true });
    expect(await refusedAt([token()], tokenSecret(4))).toEqual([expect.stringContaining("was revoked before")]);
  });
});

describe("AgentLogin", () => {
  const login = (spec = {}) => ({
    kind: "AgentLogin",
    name: "fleet",
    spec: { kind: "basic", secret: { env: "T" }, ...spec },
  });
  const live = async () => {
    const { logins } = (await call("GET", "/enrolment/logins")).json;
    return logins
      .filter(({ revokedAt }: { revokedAt: unknown }) => revokedAt === null)
      .map(({ kind, name, agent }: Record<string, unknown>) => [kind, name, agent]);
  };

  it("changes by each of its parts", async () => {
    expect(await done([login()], tokenSecret(1))).toEqual(["+ AgentLogin fleet", "= 0"]);
    expect(await done([login()], tokenSecret(1))).toEqual(["= 1"]);
    expect(await fieldsOf(login({ agent: "WEB01-2024" }), tokenSecret(2))).toEqual([
      { field: "agent", before: null, after: "web01-2024" },
      { field: "secret", secret: true },
    ]);
    expect(await done([login({ agent: " web01-2024" })], tokenSecret(2))).toEqual(["= 1"]);
    expect(await fieldsOf(login({ kind: "oauth" }), tokenSecret(2))).toEqual([
      { field: "kind", before: "basic", after: "oauth" },
    ]);
    expect(await live()).toEqual([["oauth", "fleet", null]]);
    expect(await done([], { prune: true })).toEqual(["- AgentLogin fleet", "= 0"]);
    expect(await live()).toEqual([]);
  });

  it("leaves a person's login of its name and another kind alone", async () => {
    await call("POST", "/enrolment/logins", { kind: "oauth", name: "fleet", secret: "a person's own" });
    await done([login()], tokenSecret(1));
    await done([], { prune: true });
    expect(await live()).toEqual([["oauth", "fleet", null]]);
  });

  it("is refused with what is wrong with it", async () => {
    expect(await refusedAt([login()], { secrets: { "env:T": "short" } })).toEqual([
      expect.stringMatching(/^\/documents\/0\/spec: .*8 to 1024/),
    ]);
    expect(await refusedAt([{ ...login(), name: "a:b" }], tokenSecret(1))).toEqual([expect.stringContaining("colon")]);
  });
});

describe("RegistrationToken", () => {
  const uuid = (n: number) => ({ secrets: { "env:T": `5d41402a-bc4b-4a76-b971-9d911017c59${n}` } });
  const token = (spec = {}, name = "lab") => ({
    kind: "RegistrationToken",
    name,
    spec: { secret: { env: "T" }, ...spec },
  });
  const live = async () => {
    const { tokens } = (await call("GET", "/enrolment/tokens")).json;
    return tokens
      .filter(({ revokedAt }: { revokedAt: unknown }) => revokedAt === null)
      .map(({ name }: { name: string }) => name);
  };

  it("changes by each of its parts", async () => {
    expect(await done([token()], uuid(1))).toEqual(["+ RegistrationToken lab", "= 0"]);
    expect(await done([token()], uuid(1))).toEqual(["= 1"]);
    const agent = "3A609A2E-947F-4E6A-9AF9-32C024AC3944";
    const all = { tag: "lab", agent, uses: 5, expires: "2099-01-31T00:00:00+01:00" };
    expect(await fieldsOf(token(all), uuid(2))).toEqual([
      { field: "tag", before: null, after: "lab" },
      { field: "agent", before: null, after: agent.toLowerCase() },
      { field: "uses", before: null, after: 5 },
      { field: "expires", before: null, after: "2099-01-30T23:00:00.000Z" },
      { field: "secret", secret: true },
    ]);
    expect(await done([token(all)], uuid(2))).toEqual(["= 1"]);
    expect(await done([], { prune: true })).toEqual(["- RegistrationToken lab", "= 0"]);
    expect(await live()).toEqual([]);
  });

  it("is renamed in one go, and two have no secret in common", async () => {
    await done([token()], uuid(1));
    expect(await done([token({}, "fleet")], { ...uuid(1), prune: true })).toEqual([
      ...["+ RegistrationToken fleet", "- RegistrationToken lab", "= 0"],
    ]);
    expect(await refusedAt([token(), token({}, "fleet")], uuid(1))).toEqual([
      expect.stringMatching(/^\/documents\/0\/spec\/secret: /),
    ]);
    expect(await live()).toEqual(["fleet"]);
  });

  it("that has expired is as it is, with a warning; one that could be guessed is refused", async () => {
    const old = token({ expires: "2001-01-01T00:00:00Z" });
    const { json } = await apply([old], uuid(3));
    expect(json.warnings).toMatchObject([{ kind: "RegistrationToken", message: expect.stringContaining("expired") }]);
    expect(await done([old], uuid(3))).toEqual(["= 1"]);
    const guessed = { secrets: { "env:T": "d9428888-122b-11e1-b85c-61cd3cbb3210" } };
    expect(await refusedAt([token()], guessed)).toEqual([expect.stringContaining("can be guessed")]);
  });
});

describe("Credential", () => {
  const credential = (spec = {}) => ({
    kind: "Credential",
    name: "esx",
    spec: { kind: "password", username: "root", secret: { env: "T" }, ...spec },
  });

  it("changes by each of its parts", async () => {
    expect(await done([credential()], tokenSecret(1))).toEqual(["+ Credential esx", "= 0"]);
    expect(await done([credential()], tokenSecret(1))).toEqual(["= 1"]);
    expect(await fieldsOf(credential({ username: "admin" }), tokenSecret(2))).toEqual([
      { field: "username", before: "root", after: "admin" },
      { field: "secret", secret: true },
    ]);
    const community = { kind: "Credential", name: "esx", spec: { kind: "snmp-community", secret: { env: "T" } } };
    expect(await fieldsOf(community, tokenSecret(2))).toEqual([
      { field: "kind", before: "password", after: "snmp-community" },
      { field: "username", before: "admin", after: null },
    ]);
    expect(await done([], { prune: true })).toEqual(["- Credential esx", "= 0"]);
    expect((await call("GET", "/credentials")).json).toEqual({ credentials: [] });
  });
});
