import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { DocumentsError } from "../apply/faults.js";
import { readPackage } from "./read-package.js";

const base = realpathSync(mkdtempSync(path.join(tmpdir(), "gatehouse-package-")));
afterAll(() => rmSync(base, { recursive: true, force: true }));
let dir = "";
beforeEach(() => {
  dir = mkdtempSync(path.join(base, "p-"));
});
const put = (name: string, text = name) => {
  mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
  writeFileSync(path.join(dir, name), text);
};
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const fileOf = (name: string, text = name) => ({ name, sha256: sha256(text), size: Buffer.byteLength(text) });

const DESCRIPTION = `
description: the agent
checks:
  - { type: fileExists, path: /etc/agent, return: skip, name: there already }
actions:
  - cmd:
      exec: sh install.sh
      retChecks: [{ type: okCode, values: ["0"] }]
  - delete: { list: [install.sh] }
wantsSoftware: true
`;

describe("a folder as a package", () => {
  it("has its description, and all files that lie beside it", async () => {
    put("package.yaml", DESCRIPTION);
    put("install.sh");
    put("agent.tar.gz", "packed");
    const { content, files, warnings } = await readPackage(dir);
    expect(content).toEqual({
      description: "the agent",
      checks: [{ type: "fileExists", path: "/etc/agent", return: "skip", name: "there already" }],
      actions: [
        { cmd: { exec: "sh install.sh", retChecks: [{ type: "okCode", values: ["0"] }] } },
        { delete: { list: ["install.sh"] } },
      ],
      wantsSoftware: true,
      files: [fileOf("agent.tar.gz", "packed"), fileOf("install.sh")],
    });
    expect([...files]).toEqual([
      [sha256("packed"), { file: path.join(dir, "agent.tar.gz"), size: 6 }],
      [sha256("install.sh"), { file: path.join(dir, "install.sh"), size: 10 }],
    ]);
    expect(warnings).toEqual([]);
  });

  it("leaves out what is hidden, and folders, and says so", async () => {
    for (const name of ["package.yaml", ".secret", ".git/config", "docs/readme.md"]) put(name, "");
    const { content, warnings } = await readPackage(dir);
    expect(content.files).toEqual([]);
    expect(warnings).toEqual([
      ".git is left out: list it in `files` to have it.",
      ".secret is left out: list it in `files` to have it.",
      "docs/ is left out: a package has no folders; list its files in `files` to have them.",
    ]);
  });

  it("has only the files that it lists, if it does, as it says", async () => {
    put(
      "package.yaml",
      "files:\n  - { path: win/setup.exe, p2p: true, p2pRetentionMinutes: 60 }\n  - { path: .env, uncompress: true }\n",
    );
    for (const name of ["win/setup.exe", ".env", "other"]) put(name);
    const { content, warnings } = await readPackage(dir);
    expect(content.files).toEqual([
      { ...fileOf("setup.exe", "win/setup.exe"), p2p: true, p2pRetentionMinutes: 60 },
      { ...fileOf(".env"), uncompress: true },
    ]);
    expect(warnings).toEqual([]);
  });

  it("has what another file says of it", async () => {
    put("package.yaml", "wantsSoftware: true");
    put("linux.json", '{"description":"for Linux"}');
    const { content } = await readPackage(dir, { description: path.join(dir, "linux.json") });
    expect(content).toEqual({ description: "for Linux", files: [fileOf("package.yaml", "wantsSoftware: true")] });
  });

  it("may say nothing", async () => {
    put("package.yaml", "# to come\n");
    expect((await readPackage(dir)).content).toEqual({ files: [] });
  });

  it.each<[string, string, string]>([
    ["an unknown key", "acions: []", ':1:1 acions: There is no field "acions" here; did you mean actions?'],
    [
      "an unknown key of an action",
      "actions:\n  - cmd: { exec: a, retCheks: [] }",
      ':2:21 actions.0.cmd.retCheks: There is no field "retCheks" here; did you mean retChecks?',
    ],
    ["an unknown action", "actions:\n  - exec: id", ':2:5 actions.0.exec: There is no field "exec" here.'],
    [
      "an unknown check",
      "checks: [{ type: fileExist, path: a, return: skip }]",
      ":1:12 checks.0.type: checks.0.type must be one of directoryExists",
    ],
    [
      "what a check does not say",
      "checks: [{ type: fileExists, path: a }]",
      ":1:10 checks.0: checks.0 must have required property 'return'.",
    ],
    ["a key twice", "checks: []\nchecks: []", ":2:1: The key stands here twice."],
    ["a list", "- checks", "The description is needed: a mapping."],
    ["several documents", "checks: []\n---\nchecks: []", "It holds several documents: a package has one description."],
    ["no YAML", "checks: [", ":1:10: "],
    ["a prototype", "__proto__: { actions: [] }", '__proto__: There is no field "__proto__" here.'],
    ["U+0000 as an escape", 'description: "a\\0b"', "There is a character that no text may hold"],
    ["a file that is not there", "files: [{ path: gone.sh }]", ":1:11 files.0.path: There is no such file."],
    ["a file outside", "files: [{ path: ../../etc/passwd }]", "files.0.path: "],
    [
      "a link that leads outside",
      "files: [{ path: link }]",
      "files.0.path: It leads out of the package's folder: nothing outside is read.",
    ],
    ["a folder", "files: [{ path: docs }]", "files.0.path: It is no regular file."],
    [
      "two files of a name",
      "files: [{ path: a }, { path: docs/A }]",
      "files.1.path: Two files are called A: all land in one folder.",
    ],
  ])("is refused for %s, at its place", async (_, text, message) => {
    put("package.yaml", text);
    for (const name of ["a", "docs/A"]) put(name);
    writeFileSync(path.join(base, "outside"), "secret");
    symlinkSync(path.join(base, "outside"), path.join(dir, "link"));
    const refusal = await readPackage(dir).catch((thrown: unknown) => thrown);
    expect(refusal).toBeInstanceOf(DocumentsError);
    const said = (refusal as Error).message;
    expect(said).toMatch(/^.*package\.yaml/);
    expect(said).toContain(message);
  });

  it("is refused where there is none, or no description, or one that is too long or no text", async () => {
    const said = async (at: string) =>
      readPackage(at).then(
        () => "",
        (thrown: Error) => thrown.message,
      );
    expect(await said(path.join(dir, "gone"))).toBe(`${path.join(dir, "gone")}: There is no such file.`);
    expect(await said(dir)).toBe(`${path.join(dir, "package.yaml")}: There is no such file.`);
    writeFileSync(path.join(dir, "package.yaml"), Buffer.from([0xff, 0xfe]));
    expect(await said(dir)).toContain("It is no text in UTF-8.");
    truncateSync(path.join(dir, "package.yaml"), (1 << 20) + 1);
    expect(await said(dir)).toContain("It has more than 1 MiB.");
    expect(await said(path.join(dir, "package.yaml"))).toContain("It is no folder.");
  });

  it("is refused for too many files", async () => {
    put("package.yaml", "");
    for (let i = 0; i <= 1000; i++) put(`f${i}`, "");
    await expect(readPackage(dir)).rejects.toThrow("A package has at most 1000 files.");
  });
});
