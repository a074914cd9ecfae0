import { beforeEach, describe, expect, it } from "vitest";
import { useGateway } from "../gateway.test.helper.js";
import { applying, configuration, enrolmentKey, glob, keySecret, MOF } from "./apply.test.helper.js";

const house = useGateway();
const { call, apply, done, dump } = applying(house);
const FILES = { files: { "web.mof": MOF } };
const names = async () => (await call("GET", "/autosign-rules")).json.rules.map(({ name }: { name: string }) => name);

beforeEach(async () => {
  await house.db.run("delete from applied_documents");
  await house.db.run("delete from autosign_rules");
  await house.db.run("update enrolment_keys set revoked_at = now() where revoked_at is null");
  await house.db.run("delete from channels");
});

describe("documents", () => {
  it("make what they describe, and the same again change nothing, down to the last row", async () => {
    const documents = [enrolmentKey("fleet"), configuration("Web"), glob("lab")];
    const said = { ...keySecret(), ...FILES };
    expect(await done(documents, said)).toEqual([
      "+ EnrolmentKey fleet",
      "+ Configuration Web",
      "+ AutosignRule lab",
      "= 0",
    ]);
    const before = await dump();
    expect(await done(documents, said)).toEqual(["= 3"]);
    expect(await done([...documents].toReversed(), { ...said, prune: true })).toEqual(["= 3"]);
    expect(await dump()).toEqual(before);
  });

  it("change what they say otherwise, with each field", async () => {
    await done([enrolmentKey("fleet"), configuration("Web"), glob("lab")], { ...keySecret(), ...FILES });
    const files = { "web.mof": `${MOF}// 2` };
    const documents = [enrolmentKey("fleet"), configuration("WEB"), glob("lab", "*.example.org")];
    const { json } = await apply(documents, { ...keySecret("second"), files });
    expect(json.changes.map(({ fields }: { fields: unknown }) => fields)).toEqual([
      [{ field: "key", secret: true }],
      [
        { field: "version", before: expect.any(Number), after: expect.any(Number) },
        { field: "sha256", before: expect.stringMatching(/^\w{64}$/), after: expect.stringMatching(/^\w{64}$/) },
      ],
      [{ field: "pattern", before: "*.lab.example.org", after: "*.example.org" }],
    ]);
    const [version] = json.changes[1].fields;
    expect(version.after).toBe(version.before + 1);
    const { artifacts } = (await call("GET", "/artifacts/dsc-configuration")).json;
    expect(artifacts).toMatchObject([{ name: "Web", version: version.after }]);
  });

  it("are remembered by nothing that they do not say", async () => {
    const said = { ...keySecret(), ...FILES };
    await done([enrolmentKey("fleet"), configuration("Web")], said);
    const [row] = await house.db.run("select spec, set, made, applied_by from applied_documents where name = 'fleet'");
    expect(row).toEqual({
      spec: { protocol: "dsc", key: { env: "KEY" } },
      set: "default",
      made: true,
      applied_by: "the-admin",
    });
  });

  it("leave a trace for each change, in the audit trail", async () => {
    await done([glob("traced")], { set: "prod" });
    await done([glob("traced", "*.example.org")], { set: "prod" });
    await done([glob("other")], { set: "prod", prune: true });
    const { events } = (await call("GET", "/audit-events?subject=AutosignRule/traced")).json;
    expect(events.map(({ action, actor }: Record<string, string>) => [action, actor])).toEqual([
      ["apply.remove", "the-admin"],
      ["apply.update", "the-admin"],
      ["apply.create", "the-admin"],
    ]);
    expect(events[1].detail).toEqual({
      set: "prod",
      fields: [{ field: "pattern", before: "*.traced.example.org", after: "*.example.org" }],
    });
  });

  it("that nothing is left of are an error for no set: an empty list takes away what it is told to", async () => {
    await done([glob("a")]);
    expect(await done([])).toEqual(["! AutosignRule a", "= 0"]);
    expect(await done([], { prune: true })).toEqual(["- AutosignRule a", "= 0"]);
  });
});

describe("what documents do not name any more", () => {
  it("is left, and said each time, until it is to go; then it goes, and is not spoken of again", async () => {
    const said = { ...keySecret(), ...FILES };
    await done([enrolmentKey("fleet"), configuration("Web"), glob("lab")], said);
    const left = ["! EnrolmentKey fleet", "! Configuration Web", "= 1"];
    expect(await done([glob("lab")])).toEqual(left);
    expect(await done([glob("lab")])).toEqual(left);
    expect(await done([glob("lab")], { prune: true })).toEqual(["- EnrolmentKey fleet", "- Configuration Web", "= 1"]);
    expect(await done([glob("lab")], { prune: true })).toEqual(["= 1"]);
    expect((await call("GET", "/artifacts/dsc-configuration")).json.artifacts).toEqual([]);
    const { keys } = (await call("GET", "/enrolment-keys/dsc")).json;
    expect(keys.filter(({ revokedAt }: { revokedAt: unknown }) => revokedAt === null)).toEqual([]);
  });

  it("is not taken away where it was there before it was applied", async () => {
    await call("PUT", "/autosign-rules/byhand", { kind: "glob", pattern: "*.example.org" });
    await call("PUT", "/autosign-rules/untouched", { kind: "all" });
    expect(await done([glob("byhand")])).toEqual(["~ AutosignRule byhand", "= 0"]);
    expect(await done([glob("byhand")])).toEqual(["= 1"]);
    expect(await done([], { prune: true })).toEqual(["! AutosignRule byhand", "= 0"]);
    expect(await done([], { prune: true })).toEqual(["= 0"]);
    expect(await names()).toEqual(["byhand", "untouched"]);
  });

  it("is made again, and is the documents' own from then on, when somebody took it away", async () => {
    await call("PUT", "/autosign-rules/byhand", { kind: "glob", pattern: "*.byhand.example.org" });
    expect(await done([glob("byhand")])).toEqual(["= 1"]);
    await call("DELETE", "/autosign-rules/byhand");
    expect(await done([glob("byhand")])).toEqual(["+ AutosignRule byhand", "= 0"]);
    expect(await done([], { prune: true })).toEqual(["- AutosignRule byhand", "= 0"]);
  });

  it("is nobody's business when somebody took it away before", async () => {
    await done([glob("a"), glob("b")]);
    await call("DELETE", "/autosign-rules/a");
    expect(await done([glob("b")])).toEqual(["= 1"]);
    expect(await done([glob("b")], { prune: true })).toEqual(["= 1"]);
    expect(await house.db.run("select name from applied_documents")).toEqual([{ name: "b" }]);
  });
});

describe("two sets", () => {
  it("take away only what is theirs", async () => {
    await done([glob("a")], { set: "one" });
    await done([glob("b")], { set: "two" });
    expect(await done([glob("c")], { set: "one", prune: true })).toEqual([
      "+ AutosignRule c",
      "- AutosignRule a",
      "= 0",
    ]);
    expect(await names()).toEqual(["b", "c"]);
  });

  it("cannot describe one thing, which is said with the other's name", async () => {
    await done([glob("shared"), configuration("Web")], { set: "one", ...FILES });
    const before = await dump();
    const { status, json } = await apply([glob("fine"), glob("shared"), configuration("WEB")], {
      set: "two",
      ...FILES,
    });
    expect([status, json.code]).toEqual([409, "conflict"]);
    expect(json.errors).toEqual([
      { pointer: "/documents/1/name", detail: expect.stringContaining("AutosignRule shared is of the set one") },
      { pointer: "/documents/2/name", detail: expect.stringContaining("Configuration WEB is of the set one") },
    ]);
    expect(await dump()).toEqual(before);
    await done([], { set: "one", prune: true });
    expect(await done([glob("shared")], { set: "two" })).toEqual(["+ AutosignRule shared", "= 0"]);
  });
});

describe("a dry run", () => {
  it("says what would happen, and keeps nothing of it", async () => {
    await done([enrolmentKey("fleet"), configuration("Web"), glob("gone")], { ...keySecret(), ...FILES });
    const before = await dump();
    const documents = [enrolmentKey("fleet"), configuration("Web"), configuration("New"), glob("new")];
    const said = { ...keySecret("second"), files: { "web.mof": `${MOF}// dry` }, prune: true };
    const expected = [
      "~ EnrolmentKey fleet",
      "~ Configuration Web",
      "+ Configuration New",
      "+ AutosignRule new",
      "- AutosignRule gone",
      "= 0",
    ];
    expect(await done(documents, { ...said, dryRun: true })).toEqual(expected);
    expect(await dump()).toEqual(before);
    expect(await done(documents, said)).toEqual(expected);
  });

  it("finds what only the database could find", async () => {
    await call("POST", "/enrolment-keys/dsc", { name: "byhand", key: keySecret().secrets["env:KEY"] });
    const { status, json } = await apply([enrolmentKey("fleet")], { ...keySecret(), dryRun: true });
    expect([status, json.errors]).toEqual([
      409,
      [{ pointer: "/documents/0/spec/key", detail: expect.stringContaining("active under the name byhand") }],
    ]);
  });
});

describe("who applies", () => {
  it("is an admin; an operator, who deploys environments, sends content", async () => {
    const statuses = async (role: "viewer" | "operator") => {
      const answers = [["/apply"], ["/apply/files", "x"], ["/apply/missing-files", { sha256s: [] }]] as const;
      const calls = answers.map(([path, body]) => call("POST", path, body ?? {}, house.tokens[role]));
      return (await Promise.all(calls)).map(({ status }) => status);
    };
    expect(await statuses("viewer")).toEqual([403, 403, 403]);
    expect(await statuses("operator")).toEqual([403, 201, 200]);
  });

  it("may read the schema as a viewer", async () => {
    const { status, json } = await call("GET", "/apply/schema", undefined, house.tokens.viewer);
    expect([status, Object.keys(json.definitions)]).toEqual([200, expect.arrayContaining(["document", "Module"])]);
  });
});
