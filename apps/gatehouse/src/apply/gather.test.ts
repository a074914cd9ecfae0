import { createHash } from "node:crypto";
import { truncateSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { folderOf, refusalOf } from "./folder.test.helper.js";
import { gather } from "./gather.js";
import { localKinds } from "./kinds.js";

const MOF = 'instance of OMI_ConfigurationDocument { Version="2.0.0"; };';
const SECRET = "the-fleet-key-0123456789";
const kinds = localKinds();
const key = (source: string, name = "fleet") =>
  `kind: EnrolmentKey\nname: ${name}\nspec:\n  protocol: dsc\n  key: ${source}\n`;
const configuration = (file: string, name = "Web") => `kind: Configuration\nname: ${name}\nspec: {file: ${file}}\n`;

const read = (dir: string, env: NodeJS.ProcessEnv = {}, below = "") => gather(path.join(dir, below), kinds, env);
const refused = (files: Record<string, string | Buffer>, env: NodeJS.ProcessEnv = {}, below = "") => {
  const dir = folderOf(files);
  return refusalOf(dir, () => read(dir, env, below));
};

describe("an environment", () => {
  const environment = (at: string) => `kind: Environment\nname: production\nspec: {path: ${at}}\n`;
  const files = {
    "code/all.yaml": environment("production"),
    "code/production/environment.conf": "",
    "code/production/data/common.yaml": "---\na: %{broken\n",
    "code/production/.git/config": "x",
  };

  it("is its folder's list, with what is in it; its own YAML is no document", async () => {
    const dir = folderOf({ ...files, "code/production/dead": "-> nothing" });
    const { documents, files: named, below, warnings } = await read(dir);
    expect(documents).toEqual([{ kind: "Environment", name: "production", spec: { path: "code/production" } }]);
    const list = named.get("code/production");
    const { entries } = JSON.parse(String(list?.file));
    expect(entries.map((entry: { path: string }) => entry.path)).toEqual([
      "data",
      "data/common.yaml",
      "environment.conf",
    ]);
    expect(list?.sha256).toBe(createHash("sha256").update(String(list?.file)).digest("hex"));
    expect([...below.values()].map(({ file }) => file)).toEqual(
      expect.arrayContaining([path.join(dir, "code/production/data/common.yaml")]),
    );
    expect(warnings).toMatchObject([{ name: "production", message: expect.stringContaining("dead is left out") }]);
  });

  it("is not outside, not a file, and has no link that leads out", async () => {
    expect(await refused({ "a.yaml": environment("../other") })).toEqual([
      expect.stringContaining("a.yaml:3:8 spec.path"),
    ]);
    expect(await refused({ "a.yaml": environment("a.yaml") })).toEqual([expect.stringContaining("It is no folder.")]);
    expect(await refused({ "a.yaml": environment("/etc") })).toEqual([
      expect.stringContaining("nothing outside is read"),
    ]);
    expect(await refused({ ...files, "code/production/x": "-> /etc/passwd" })).toEqual([
      expect.stringMatching(/^code\/all\.yaml:3:8 spec\.path: x is a link to \/etc\/passwd, which leads out/),
    ]);
    expect(await refused({ "a.yaml": "kind: Environment\nname: A-b\nspec: {path: x}\n" })).toEqual([
      expect.stringContaining("name"),
    ]);
  });
});

describe("a package", () => {
  const description = 'actions: [{ cmd: { exec: "sh a.sh" } }]\n';
  const files = {
    "all.yaml": "kind: Package\nname: agent\nspec: {path: packs/agent}\n",
    "packs/agent/package.yaml": description,
    "packs/agent/a.sh": "echo\n",
    "packs/agent/.hidden": "x",
    "packs/agent/values.yaml": "a: [",
  };
  const contentOf = ({ files: named }: Awaited<ReturnType<typeof read>>, name: string) =>
    JSON.parse(String(named.get(name)?.file));
  const digest = createHash("sha256").update("echo\n").digest("hex");

  it("is what its folder says, with its files; its own YAML is no document", async () => {
    const found = await read(folderOf(files));
    expect(found.documents).toEqual([{ kind: "Package", name: "agent", spec: { path: "packs/agent#agent" } }]);
    expect(contentOf(found, "packs/agent#agent")).toMatchObject({
      ...{ checks: [], actions: [{ cmd: { exec: "sh a.sh" } }], userInteractions: [], wantsSoftware: false },
      files: [{ name: "a.sh", sha256: digest, size: 5 }, { name: "values.yaml" }],
    });
    expect([...(found.packages.get("agent")?.keys() ?? [])]).toContain(digest);
    expect(found.warnings).toEqual([
      { kind: "Package", name: "agent", message: ".hidden is left out: list it in `files` to have it." },
    ]);
  });

  it("may be all that the document says, with files beside it", async () => {
    const spec = "{wantsSoftware: true, files: [{path: packs/agent/a.sh, uncompress: true}]}";
    const found = await read(folderOf({ ...files, "all.yaml": `kind: Package\nname: agent\nspec: ${spec}\n` }));
    expect(found.documents[0]?.spec).toEqual({ path: ".#agent" });
    expect(contentOf(found, ".#agent")).toMatchObject({
      ...{ wantsSoftware: true, files: [{ name: "a.sh", sha256: digest, size: 5, uncompress: true }] },
    });
  });

  it.each<[string, Record<string, string>, string]>([
    [
      "no description",
      { "packs/agent/package.yaml": "", "all.yaml": "kind: Package\nname: agent\nspec: {path: packs}\n" },
      "There is no such file.",
    ],
    ["an unknown key in its description", { "packs/agent/package.yaml": "acions: []" }, "did you mean actions?"],
    [
      "two descriptions",
      { "all.yaml": "kind: Package\nname: agent\nspec: {path: packs/agent, checks: []}\n" },
      "leave out the path, or the rest",
    ],
    [
      "a file outside",
      { "all.yaml": "kind: Package\nname: agent\nspec: {files: [{path: ../x}]}\n" },
      "spec.files.0.path: ",
    ],
    ["no folder", { "all.yaml": "kind: Package\nname: agent\nspec: {path: all.yaml}\n" }, "It is no folder."],
  ])("is refused for %s", async (_, changed, message) => {
    expect(await refused({ ...files, ...changed })).toEqual([expect.stringContaining(message)]);
  });
});

describe("what is gathered", () => {
  it("has paths from the folder that is applied, wherever the document stands, and what they lead to", async () => {
    const dir = folderOf({
      "keys/a.yaml": key("{file: ../secrets/fleet}"),
      "secrets/fleet": `${SECRET}\n`,
      "sites/b/all.yaml": `${configuration("./web.mof")}---\n${configuration("../../web.mof", "Other")}`,
      "sites/b/web.mof": MOF,
      "web.mof": `${MOF}\n`,
    });
    const { documents, given, files } = await read(dir);
    expect(documents.map(({ name, spec }) => [name, spec])).toEqual([
      ["fleet", { protocol: "dsc", key: { file: "secrets/fleet" } }],
      ["Web", { file: "sites/b/web.mof" }],
      ["Other", { file: "web.mof" }],
    ]);
    expect([...given.secrets]).toEqual([["file:secrets/fleet", SECRET]]);
    expect(files.get("sites/b/web.mof")).toEqual({
      file: path.join(dir, "sites/b/web.mof"),
      sha256: createHash("sha256").update(MOF).digest("hex"),
      size: MOF.length,
    });
  });

  it("is a file with what stands beside it, and secrets of the environment", async () => {
    const dir = folderOf({
      "a.yaml": `${key("{env: FLEET_KEY}")}---\n${configuration("sub/web.mof")}`,
      "sub/web.mof": MOF,
    });
    const { documents, given } = await read(dir, { FLEET_KEY: SECRET }, "a.yaml");
    expect(documents).toHaveLength(2);
    expect([...given.secrets]).toEqual([["env:FLEET_KEY", SECRET]]);
    expect([...given.files.keys()]).toEqual(["sub/web.mof"]);
  });
});

describe("what is refused, with its place", () => {
  it("is every document of every file that does not fit", async () => {
    expect(
      await refused({
        "a.yaml":
          "kind: EnrolmentKei\nname: x\nspec: {}\n---\nkind: AutosignRule\nname: x\nspec:\n  kind: glob\n  patern: x\n",
        "sub/b.json": '[{"kind": "Configuration",\n"name": "Web", "spec": {"file": 7}}]',
      }),
    ).toEqual([
      'a.yaml:1:1 kind: There is no kind "EnrolmentKei"; did you mean EnrolmentKey?',
      "a.yaml:7:1 spec: The spec must have required property 'pattern'.",
      'a.yaml:9:3 spec.patern: There is no field "patern" here; did you mean pattern?',
      "sub/b.json:2:25 spec.file: file must be string.",
    ]);
  });

  it("is the second of two that describe one thing, with the place of the first", async () => {
    const files = { "a.yaml": `# one\n${configuration("web.mof")}`, "b.yaml": configuration("web.mof", "WEB") };
    expect(await refused(files)).toEqual([
      "b.yaml:2:1 name: There are two documents of kind Configuration with the name WEB. The other is at a.yaml:3:1.",
    ]);
  });

  it("is a secret in the wrong place, which is not said", async () => {
    const lines = await refused({ "a.yaml": key(SECRET) });
    expect(lines).toEqual([expect.stringMatching(/^a\.yaml:5:3 spec\.key: A secret in the wrong place: /)]);
    expect(lines.join()).not.toContain(SECRET);
  });

  it.each<[string, string, string]>([
    ["a file that there is not", "{file: none}", "There is no such file."],
    ["a folder", "{file: sub}", "It is no regular file."],
    ["a file outside", "{file: ../outside}", "It leads out of the folder that is applied: nothing outside is read."],
    ["a file outside, by its whole path", "{file: /etc/hostname}", "It leads out of the folder that is applied"],
    ["a link that leads outside", "{file: link}", "It leads out of the folder that is applied"],
    ["an empty secret", "{file: empty}", "The secret is empty."],
    ["bytes that are no text", "{file: binary}", "The file is no text in UTF-8."],
    ["what is too short for a key", "{file: short}", "A registration key has 16 to 256 characters."],
    ["two lines", "{file: lines}", "A registration key holds no control characters"],
    ["a variable that there is not", "{env: NONE}", "The environment has no NONE, or it is empty."],
    ["an empty variable", "{env: EMPTY}", "The environment has no EMPTY, or it is empty."],
  ])("is a secret from %s", async (_, source, words) => {
    const files = {
      outside: SECRET,
      "in/a.yaml": key(source),
      "in/sub/x": "",
      "in/link": "-> ../outside",
      "in/empty": "\n",
      "in/binary": Buffer.from([0xff, 0xfe]),
      "in/short": "short",
      "in/lines": `${SECRET}\n${SECRET}`,
    };
    const lines = await refused(files, { EMPTY: "" }, "in");
    expect(lines).toEqual([expect.stringMatching(/^in\/a\.yaml:5:3 spec\.key: /)]);
    expect(lines[0]).toContain(words);
    expect(lines.join()).not.toContain(SECRET);
  });

  it.each<[string, string, string]>([
    ["that there is not", "none.mof", "There is no such file."],
    ["outside", "../web.mof", "It leads out of the folder"],
    ["that is empty", "empty.mof", "The file is empty."],
  ])("is content %s", async (_, file, words) => {
    const files = { "web.mof": MOF, "in/a.yaml": configuration(file), "in/empty.mof": " \n" };
    const [line, ...others] = await refused(files, {}, "in");
    expect(line).toMatch(/^in\/a\.yaml:3:8 spec\.file: /);
    expect(line).toContain(words);
    expect(others).toEqual([]);
  });

  it("is content that is larger than may be, which is not read", async () => {
    const dir = folderOf({ "a.yaml": configuration("web.mof"), "web.mof": "" });
    truncateSync(path.join(dir, "web.mof"), 3e9);
    expect(await refusalOf(dir, () => read(dir))).toEqual([
      "a.yaml:3:8 spec.file: The file is larger than the 67108864 bytes that a configuration may have.",
    ]);
  });

  it("is a folder without documents, whatever else is in it", async () => {
    for (const files of [{}, { "web.mof": MOF }, { "a.yaml": "# nothing\n", "b.json": "" }] as Record<string, string>[])
      expect(await refused({ "in/x": "", ...files })).toEqual([expect.stringContaining("There are no documents")]);
  });

  it("is more than ten thousand documents", async () => {
    expect(await refused({ "a.yaml": "---\n{}\n".repeat(10_001) })).toEqual([
      expect.stringContaining("There are more than 10000 documents."),
    ]);
  });

  it("is shown twenty times at the most, and without what steers a terminal", async () => {
    const lines = await refused({ "a.yaml": `---\n${key("x")}`.repeat(50).replaceAll("fleet", "f\\u001b[31m") });
    expect(lines).toHaveLength(21);
    expect(lines[20]).toBe("and 80 more");
    const [line] = await refused({ "a.yaml": '"\\e[31mred": 1\n' });
    expect(line).not.toContain("\u001b");
  });

  it("may be said by a gateway, by the document's place in the request", async () => {
    const dir = folderOf({
      "a.yaml": configuration("web.mof"),
      "b.yaml": configuration("web.mof", "Two"),
      "web.mof": MOF,
    });
    const { explain } = await read(dir);
    const errors = [
      { pointer: "/documents/1/spec/file", detail: "No." },
      { pointer: "/documents/7/name", detail: "Nowhere." },
      { pointer: "/set", detail: "Not of a document." },
    ];
    expect(explain(errors).message.replaceAll(`${dir}/`, "").split("\n")).toEqual([
      "b.yaml:3:8 spec.file: No.",
      "the request name: Nowhere.",
      "the request: Not of a document.",
    ]);
  });
});
