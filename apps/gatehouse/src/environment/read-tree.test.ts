import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { readTree } from "./read-tree.js";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** A folder of these files, by path. */
function folderOf(files: Readonly<Record<string, string>> = {}): string {
  const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-tree-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    writeFileSync(path.join(dir, name), text);
  }
  return dir;
}
const pathsOf = async (dir: string) => (await readTree(dir)).entries.map((entry) => entry.path).toSorted();
const refused = (message: RegExp) => ({ code: "request-malformed", message: expect.stringMatching(message) });

describe("readTree", () => {
  it("reads files with their modes and times, and links as links", async () => {
    const dir = folderOf({ "bin/run.sh": "#!/bin/sh\n", "data/common.yaml": "" });
    chmodSync(path.join(dir, "bin/run.sh"), 0o4755);
    utimesSync(path.join(dir, "bin/run.sh"), 9, 1_763_700_000.9);
    symlinkSync("../bin/./run.sh", path.join(dir, "data/link"));
    const { entries, files, warnings } = await readTree(dir);
    const found = new Map(entries.map((entry) => [entry.path, entry]));
    expect([...found.keys()].toSorted()).toEqual(["bin", "bin/run.sh", "data", "data/common.yaml", "data/link"]);
    const sha = sha256("#!/bin/sh\n");
    expect(found.get("bin/run.sh")).toEqual({
      type: "file",
      path: "bin/run.sh",
      mode: 0o4755,
      mtime: 1_763_700_000,
      size: 10,
      sha256: sha,
    });
    expect(found.get("data/link")).toMatchObject({ type: "link", target: "../bin/./run.sh" });
    expect(files.get(sha)).toEqual({ file: path.join(dir, "bin/run.sh"), size: 10 });
    expect(warnings).toEqual([]);
  });

  it("leaves out what version control keeps, a worktree's file too, and nothing else that is hidden", async () => {
    const dir = folderOf({
      ".git/config": "",
      ".gitignore": "x",
      ".r10k-deploy.json": "{}",
      "modules/a/.git": "gitdir: elsewhere",
      "modules/a/.fixtures.yml": "",
      "modules/a/.svn/entries": "",
    });
    expect(await pathsOf(dir)).toEqual([
      ".gitignore",
      ".r10k-deploy.json",
      "modules",
      "modules/a",
      "modules/a/.fixtures.yml",
    ]);
  });

  it("keeps links to folders above, as modules' fixtures have them, and follows none", async () => {
    const dir = folderOf({ "modules/a/spec/x": "" });
    symlinkSync("../../..", path.join(dir, "modules/a/spec/root"));
    symlinkSync("..", path.join(dir, "modules/a/spec/a"));
    expect(await pathsOf(dir)).toEqual([
      "modules",
      "modules/a",
      "modules/a/spec",
      "modules/a/spec/a",
      "modules/a/spec/root",
      "modules/a/spec/x",
    ]);
  });

  it.each([
    ["../../../etc/passwd", "modules/link"],
    ["/etc/passwd", "modules/link"],
    ["modules/../..", "link"],
    ["again", "modules/link"],
  ])("refuses a link to %s, and names it", async (target, at) => {
    const dir = folderOf({ "modules/a": "" });
    symlinkSync("../..", path.join(dir, "modules/again"));
    symlinkSync(target, path.join(dir, at));
    await expect(readTree(dir)).rejects.toMatchObject(refused(/(link|again).* leads out of the environment/));
  });

  it("leaves out links to nothing and in circles, and says so", async () => {
    const dir = folderOf({ a: "" });
    symlinkSync("nothing", path.join(dir, "dead"));
    symlinkSync("two", path.join(dir, "one"));
    symlinkSync("one", path.join(dir, "two"));
    symlinkSync("dead", path.join(dir, "to-dead"));
    const { entries, warnings } = await readTree(dir);
    expect(entries.map((entry) => entry.path)).toEqual(["a"]);
    expect(warnings).toHaveLength(4);
    expect(warnings.join("\n")).toContain("dead is left out: it is a link to nothing, which is not there.");
  });

  it("refuses what is no file, folder or link", async () => {
    const dir = folderOf();
    execFileSync("mkfifo", [path.join(dir, "pipe")]);
    await expect(readTree(dir)).rejects.toMatchObject(refused(/pipe is no file, folder or link/));
  });

  it("refuses a name that is no UTF-8", async () => {
    const dir = folderOf();
    writeFileSync(Buffer.concat([Buffer.from(`${dir}/`), Buffer.from([0x61, 0xff])]), "");
    await expect(readTree(dir)).rejects.toMatchObject(refused(/no UTF-8/));
  });

  it("refuses folders that are too deep", async () => {
    const dir = folderOf({ [`${"d/".repeat(64)}f`]: "" });
    await expect(readTree(dir)).rejects.toMatchObject(refused(/more than 64 folders deep/));
  });

  it("refuses what is no folder, or not there", async () => {
    const dir = folderOf({ a: "" });
    await expect(readTree(path.join(dir, "a"))).rejects.toMatchObject(refused(/is no folder/));
    await expect(readTree(path.join(dir, "b"))).rejects.toMatchObject(refused(/There is no such file/));
  });
});
