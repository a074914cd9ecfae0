import { beforeEach, describe, expect, it } from "vitest";
import { useGateway } from "../gateway.test.helper.js";
import { applying, configuration, enrolmentKey, glob, keySecret, MOF, sha256 } from "./apply.test.helper.js";

const house = useGateway();
const { call, apply, done, dump, stage } = applying(house);

beforeEach(async () => {
  await house.db.run("delete from applied_documents");
  await house.db.run("delete from autosign_rules");
});

/** What is refused so changes nothing. */
async function refused(documents: unknown, said = {}): Promise<{ status: number; errors: unknown }> {
  const before = await dump();
  const { status, json } = await apply(documents, said);
  expect(await dump()).toEqual(before);
  return { status, errors: json.errors };
}

describe("all or nothing", () => {
  it("holds for ten thousand documents of which the last but one is wrong", async () => {
    const documents: object[] = Array.from({ length: 10_000 }, (_, i) => glob(`rule-${i}`));
    documents[9_998] = { kind: "AutosignRule", name: "x", spec: { kind: "glob", patern: "x" } };
    const { status, errors } = await refused(documents);
    expect([status, errors]).toEqual([
      400,
      expect.arrayContaining([
        { pointer: "/documents/9998/spec/patern", detail: expect.stringContaining("did you mean pattern?") },
      ]),
    ]);
  });

  it("holds where the fault is found only while they are written", async () => {
    const documents = [glob("a"), enrolmentKey("one"), enrolmentKey("two")];
    expect(await refused(documents, keySecret())).toEqual({
      status: 409,
      errors: [{ pointer: "/documents/2/spec/key", detail: expect.stringContaining("active under the name one") }],
    });
  });

  it("takes ten thousand, and finds them as they are", async () => {
    const documents = Array.from({ length: 10_000 }, (_, i) => glob(`rule-${i}`));
    const { status, json } = await apply(documents);
    expect([status, json.changes.length]).toEqual([200, 10_000]);
    const before = await dump();
    expect(await done(documents)).toEqual(["= 10000"]);
    expect(await dump()).toEqual(before);
    expect((await apply([...documents, glob("one-too-many")])).status).toBe(400);
  });

  it("holds when the database goes away in between; the next one works", async () => {
    const before = await dump();
    const documents = Array.from({ length: 3_000 }, (_, i) => glob(`rule-${i}`));
    const running = apply(documents);
    const cut =
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'insert into autosign_rules%' and pid <> pg_backend_pid()";
    await expect.poll(() => house.db.run(cut), { timeout: 20_000, interval: 1 }).not.toEqual([]);
    const { status, json } = await running;
    expect([status, json.code]).toEqual([503, "database-unavailable"]);
    expect(await dump()).toEqual(before);
    expect(await done(documents)).toContain("= 0");
  });
});

describe("two applies at once", () => {
  it("take turns: what comes out is what one of them says", async () => {
    const setOf = (n: number) => Array.from({ length: 50 }, (_, i) => glob(`rule-${i}`, `*.n${n}.example.org`));
    const answers = await Promise.all([1, 2, 3, 4].map((n) => apply(setOf(n))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const { rules } = (await call("GET", "/autosign-rules")).json;
    expect([rules.length, new Set(rules.map(({ pattern }: { pattern: string }) => pattern)).size]).toEqual([50, 1]);
    const created = answers.filter(({ json }) => json.changes[0]?.action === "create");
    expect(created).toHaveLength(1);
  });

  it("make a thing once, though each found nothing", async () => {
    const said = { ...keySecret("at-once"), files: { "web.mof": MOF } };
    const answers = await Promise.all(
      [1, 2, 3].map(() => done([enrolmentKey("at-once"), configuration("Once")], said)),
    );
    expect(answers.toSorted()).toEqual(
      [["+ EnrolmentKey at-once", "+ Configuration Once", "= 0"], ["= 2"], ["= 2"]].toSorted(),
    );
  });
});

describe("content", () => {
  it("that was not sent is asked for", async () => {
    const digests = { sha256s: [sha256("never sent"), sha256(MOF), sha256(MOF)] };
    await stage(MOF);
    expect((await call("POST", "/apply/missing-files", digests)).json).toEqual({ missing: [sha256("never sent")] });
    const files = { "web.mof": { sha256: sha256("never sent"), size: 10 } };
    const { status, json } = await call("POST", "/apply", { documents: [configuration("Web")], files });
    expect([status, json.errors]).toEqual([
      409,
      [{ pointer: "/documents/0/spec/file", detail: expect.stringContaining("send it first") }],
    ]);
  });

  it.each([
    ["is empty", configuration("Web"), "", "/documents/0/spec/file", "The file is empty."],
    ["is a meta-configuration", configuration("Web.meta"), MOF, "/documents/0/name", "meta-configuration"],
    ["has a name that no agent could ask for", configuration("../x"), MOF, "/documents/0/name", "name"],
    [
      "is no zip",
      { kind: "Module", name: "xWeb_1.0", spec: { file: "web.mof" } },
      MOF,
      "/documents/0/spec/file",
      "zip",
    ],
    [
      "is a module without a version",
      { kind: "Module", name: "xWeb", spec: { file: "web.mof" } },
      MOF,
      "/documents/0/name",
      "Name_Version.zip",
    ],
  ])("that %s is refused at its place", async (_, document, text, pointer, words) => {
    const { status, json } = await apply([document], { files: { "web.mof": text } });
    expect([status, json.errors]).toEqual([400, [{ pointer, detail: expect.stringContaining(words) }]]);
    expect((await call("GET", "/artifacts/dsc-configuration/Web/versions")).status).toBe(404);
  });

  it("of which the request says nothing is refused", async () => {
    expect(await refused([configuration("Web")])).toEqual({
      status: 400,
      errors: [{ pointer: "/documents/0/spec/file", detail: "The request says nothing of the file web.mof." }],
    });
  });

  it("may be more than is served from memory", async () => {
    const large = `${MOF}//${"x".repeat(3 << 20)}`;
    expect(await done([configuration("Large")], { files: { "web.mof": large } })).toEqual([
      "+ Configuration Large",
      "= 0",
    ]);
  });
});

describe("a request", () => {
  it.each([
    ["no list", { documents: {} }],
    ["an unknown field", { documents: [], documants: [] }],
    ["a set's name with a slash", { documents: [], set: "a/b" }],
    ["a digest that is none", { documents: [], files: { x: { sha256: "ABC", size: 1 } } }],
    ["a secret that is no text", { documents: [], secrets: { "env:X": 1 } }],
  ])("with %s is refused", async (_, body) => {
    expect((await call("POST", "/apply", body)).status).toBe(400);
  });

  it("that is nested a hundred thousand levels deep is refused", async () => {
    const deep = `{"documents":[${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}]}`;
    const { status, json } = await call("POST", "/apply", deep);
    expect([status, json.errors[0]?.detail]).toEqual([400, expect.stringContaining("nested more than 32 levels")]);
  });

  it("says all places that do not fit, a hundred at the most", async () => {
    const { errors } = await refused(Array.from({ length: 500 }, () => ({ kind: "x" })));
    expect(errors).toHaveLength(100);
  });

  it("whose texts no database could hold is refused", async () => {
    expect((await refused([glob("a\0b")])).status).toBe(400);
    expect((await refused([glob("ok", "*.\ud800")])).status).toBe(400);
  });
});
