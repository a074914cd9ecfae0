import { describe, expect, it } from "vitest";
import { configuration, MOF, sha256 } from "./apply.test.helper.js";
import { kindsHouse } from "./kinds.test.helper.js";

const { house, call, apply, done, tokenSecret, fieldsOf, refusedAt } = kindsHouse();

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
