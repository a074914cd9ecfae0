import { beforeEach, describe, expect, it } from "vitest";
import { useGateway } from "../gateway.test.helper.js";
import { applying, configuration, enrolmentKey, keySecret, MOF, sha256 } from "./apply.test.helper.js";

const house = useGateway({
  env: {
    GATEHOUSE_CA_AUTOSIGN: JSON.stringify([{ name: "of-the-file", kind: "all" }]),
    GATEHOUSE_PUPPET_AUTHORIZATION_RULES: JSON.stringify([
      { name: "of the file", "sort-order": 450, "match-request": { path: "/x", type: "path" }, allow: "*" },
    ]),
  },
});
const { call, apply, done } = applying(house);
const tokenSecret = (n: number) => ({ secrets: { "env:T": `the-token-number-${n}-0123456789` } });
/** Of the only update. */
const fieldsOf = async (document: object, said = {}) => {
  const { json, text } = await apply([document], said);
  const updates = json.changes.filter(({ action }: { action: string }) => action === "update");
  expect(updates, text).toHaveLength(1);
  return updates[0].fields;
};
const refusedAt = async (documents: object[], said = {}) => {
  const { status, json } = await apply(documents, said);
  expect(status).toBeGreaterThanOrEqual(400);
  return json.errors.map(({ pointer, detail }: Record<string, string>) => `${pointer}: ${detail}`);
};

beforeEach(async () => {
  for (const table of ["applied_documents", "autosign_rules", "authorization_rules", "credentials", "groups"])
    await house.db.run(`delete from ${table}`);
  await house.db.run("update enrolment_keys set revoked_at = now() where revoked_at is null");
  await house.db.run("delete from api_tokens where name not like 'the-%'");
  for (const table of ["agent_logins", "registration_tokens"]) await house.db.run(`delete from ${table}`);
});

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

describe("Configuration and Module", () => {
  it("is another version where somebody published another one by hand", async () => {
    const files = { "web.mof": MOF };
    await done([configuration("ByHand")], { files });
    await call("POST", "/artifacts/dsc-configuration?file=ByHand.mof", `${MOF}// by hand`);
    expect(await fieldsOf(configuration("ByHand"), { files })).toMatchObject([
      { before: 2, after: 3 },
      { after: sha256(MOF) },
    ]);
  });

  it("that has warnings tells them when it is published", async () => {
    const files = { "web.mof": "instance of nothing" };
    expect((await apply([configuration("Odd")], { files })).json.warnings).toEqual([
      { kind: "Configuration", name: "Odd", message: expect.stringContaining("OMI_ConfigurationDocument") },
    ]);
    const { versions } = (await call("GET", "/artifacts/dsc-configuration/Odd/versions")).json;
    expect(versions[0]).toMatchObject({ publishedBy: "the-admin", warnings: [expect.stringContaining("OMI")] });
  });

  it("may be versions of a module side by side, of which one goes", async () => {
    // The end of an empty zip, and nothing before it.
    const zip = `PK\u0005\u0006${"\0".repeat(18)}`;
    const version = (name: string) => ({ kind: "Module", name, spec: { file: "x.zip" } });
    const both = [version("xWeb_1.0"), version("xWeb_2.0")];
    const files = { "x.zip": zip };
    expect(await done(both, { files })).toEqual(["+ Module xWeb_1.0", "+ Module xWeb_2.0", "= 0"]);
    expect(await done(both.slice(1), { files, prune: true })).toEqual(["- Module xWeb_1.0", "= 1"]);
    const { artifacts } = (await call("GET", "/artifacts/dsc-module")).json;
    expect(artifacts).toMatchObject([{ name: "xWeb", channel: "2.0" }]);
  });
});

describe("AutosignRule", () => {
  const rule = (spec: object, name = "lab") => ({ kind: "AutosignRule", name, spec });

  it("of a token has its secret from outside, or its hash", async () => {
    const { "env:T": secret } = tokenSecret(1).secrets;
    expect(await done([rule({ kind: "token", secret: { env: "T" } })], tokenSecret(1))).toEqual([
      "+ AutosignRule lab",
      "= 0",
    ]);
    expect(await done([rule({ kind: "token", sha256: sha256(secret), uses: 1 })])).toEqual(["= 1"]);
    expect(await fieldsOf(rule({ kind: "token", secret: { env: "T" }, uses: null }), tokenSecret(2))).toEqual([
      { field: "secret", secret: true },
      { field: "uses", before: 1, after: null },
    ]);
    const neither = rule({ kind: "token" });
    const two = rule({ kind: "token", sha256: sha256("x"), secret: { env: "T" } }, "two");
    expect(await refusedAt([neither, two], tokenSecret(1))).toEqual([
      expect.stringMatching(/^\/documents\/0\/spec: A token is told by/),
      expect.stringMatching(/^\/documents\/1\/spec: A token is told by/),
    ]);
  });

  it("says what counts when it is left out without a change", async () => {
    await done([rule({ kind: "glob", pattern: "*.lab.example.org" })]);
    expect(await done([rule({ kind: "glob", pattern: "*.lab.example.org", profile: "puppet" })])).toEqual(["= 1"]);
  });

  it.each([
    [{ kind: "glob", pattern: "a*b" }, "/spec"],
    [{ kind: "extension", extension: "pp_preshared_key", value: "secret" }, "/spec/value: A secret in the wrong place"],
    [
      { kind: "extension", extension: "challengePassword", value: "secret" },
      "/spec/value: A secret in the wrong place",
    ],
    [
      { kind: "extension", extension: "1.3.6.1.4.1.34380.1.1.4", value: "secret" },
      "/spec/value: A secret in the wrong",
    ],
    [{ kind: "extension", extension: "no_such_thing", value: "x" }, "/spec"],
  ])("that could not work is refused: %j", async (spec, fault) => {
    const [line] = await refusedAt([rule(spec)]);
    expect(line).toContain(`/documents/0${fault}`);
  });

  it("of the configuration stays there", async () => {
    expect(await refusedAt([rule({ kind: "all" }, "of-the-file")])).toEqual([
      "/documents/0/name: The rule of this name stands in the gateway's configuration: change it there.",
    ]);
  });
});

describe("AuthorizationRule", () => {
  const CA = "/puppet-ca/v1/certificate/ca";
  const rule = (spec: object, name = "own") => ({
    kind: "AuthorizationRule",
    name,
    spec: { protocol: "puppet", ...spec },
  });
  const denial = { "sort-order": 400, "match-request": { path: CA, type: "path" }, deny: "*" };
  const agent = async () => (await house.call("GET", CA, { headers: { "X-Forwarded-Proto": "https" } })).status;

  it("decides as soon as it is applied, and no longer once it is gone", async () => {
    expect(await agent()).toBe(200);
    expect(await done([rule(denial)], { dryRun: true })).toEqual(["+ AuthorizationRule own", "= 0"]);
    expect(await agent()).toBe(200);
    expect(await done([rule(denial)])).toEqual(["+ AuthorizationRule own", "= 0"]);
    expect(await agent()).toBe(403);
    expect(await fieldsOf(rule({ ...denial, "sort-order": 401 }))).toEqual([
      { field: "sort-order", before: 400, after: 401 },
    ]);
    expect(await done([], { prune: true })).toEqual(["- AuthorizationRule own", "= 0"]);
    expect(await agent()).toBe(200);
  });

  it("that could not work, or that the configuration has, is refused", async () => {
    expect(await refusedAt([rule({ ...denial, deny: "$1" })])).toEqual([
      expect.stringMatching(/^\/documents\/0\/spec: /),
    ]);
    expect(await refusedAt([rule({ ...denial, denny: "*" })])).toEqual([
      expect.stringMatching(/^\/documents\/0\/spec\/denny: .*did you mean deny\?$/),
    ]);
    expect(await refusedAt([rule(denial, "of the file")])).toEqual([
      expect.stringMatching(/^\/documents\/0\/name: .*configuration/),
    ]);
  });
});

describe("Group", () => {
  const group = (name: string, spec: object = {}) => ({
    kind: "Group",
    name,
    spec: { rule: { everything: true }, settings: {}, ...spec },
  });
  const web = { "dsc.configurations": ["Web"] };

  it("is made with its parents and children, in whatever order they stand, and taken away so", async () => {
    const documents = [
      group("web", { parent: "linux", settings: web }),
      group("linux", { parent: "all" }),
      group("all"),
    ];
    expect(await done(documents)).toEqual(["+ Group web", "+ Group linux", "+ Group all", "= 0"]);
    expect(await done(documents.toReversed())).toEqual(["= 3"]);
    expect(
      await fieldsOf({
        ...documents[0],
        name: "WEB",
        spec: { ...documents[0]?.spec, settings: { "dsc.configurations": ["Web2"] } },
      }),
    ).toEqual([{ field: "settings.dsc.configurations", before: ["Web"], after: ["Web2"] }]);
    expect(await done(documents.slice(2), { prune: true })).toEqual(["- Group linux", "- Group web", "= 1"]);
  });

  it.each<[string, object[], string]>([
    [
      "a circle",
      [group("a", { parent: "b" }), group("b", { parent: "a" })],
      "/documents/0/spec/parent: It is its own ancestor: a → b → a.",
    ],
    [
      "a parent that there is not",
      [group("all"), group("a", { parent: "al" })],
      '/documents/1/spec/parent: There is no group "al"; did you mean all?',
    ],
    [
      "an unknown field",
      [group("a", { rule: { and: [{ field: "nam", eq: "x" }] } })],
      "/documents/0/spec/rule/and/0/field: ",
    ],
    ["an unknown operator", [group("a", { rule: { field: "name", equals: "x" } })], "/documents/0/spec/rule"],
    [
      "an unknown setting",
      [group("a", { settings: { "dsc.configuration": ["Web"] } })],
      "/documents/0/spec/settings/dsc.configuration: ",
    ],
    [
      "a setting's value",
      [group("a", { settings: { "dsc.configurations": "Web" } })],
      "/documents/0/spec/settings/dsc.configurations: It must be array.",
    ],
    [
      "neither rule nor nodes",
      [{ kind: "Group", name: "a", spec: { settings: {} } }],
      "/documents/0/spec: A group has a rule",
    ],
    [
      "an unknown word",
      [group("a", { parnt: "b" })],
      '/documents/0/spec/parnt: There is no field "parnt" here; did you mean parent?',
    ],
  ])("that does not fit is refused at its place: %s", async (_, documents, fault) => {
    const [line] = await refusedAt(documents);
    expect(line).toContain(fault);
    expect(await house.db.run("select 1 from groups")).toEqual([]);
  });

  it("that others have as their parent is not taken away under them", async () => {
    await done([group("all")], { set: "one" });
    await done([group("web", { parent: "all" })], { set: "two" });
    const { status, json } = await apply([], { set: "one", prune: true });
    expect([status, json.title]).toEqual([409, expect.stringContaining("web")]);
    expect(await done([group("all")], { set: "one" })).toEqual(["= 1"]);
  });
});
