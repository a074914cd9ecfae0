import { execFileSync } from "node:child_process";
import { symlinkSync, truncateSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readSources } from "./files.js";
import { folderOf, refusalOf } from "./folder.test.helper.js";

const shownOf = (dir: string) => readSources(dir).files.map(({ shown }) => path.relative(dir, shown));

describe("a folder", () => {
  it("is read with its folders, in the order of names; hidden and other files are left out", () => {
    const dir = folderOf({
      "b.yaml": "",
      "a.yml": "",
      "c.JSON": "",
      "sub/deep/d.yaml": "",
      "web.mof": "",
      "README.md": "",
      ".hidden.yaml": "",
      ".git/config.yaml": "",
      "sub/.x/y.yaml": "",
      yaml: "",
    });
    expect(shownOf(dir)).toEqual(["a.yml", "b.yaml", "c.JSON", "sub/deep/d.yaml"]);
  });

  it("may have links within it, such as those of a mounted volume", () => {
    const dir = folderOf({ "..2026/a.yaml": "a", "..data": "-> ..2026", "a.yaml": "-> ..data/a.yaml" });
    expect(readSources(dir).files).toMatchObject([{ shown: path.join(dir, "a.yaml"), text: "a" }]);
  });

  it("may itself be named by a link", () => {
    const dir = folderOf({ "real/a.yaml": "a", link: "-> real" });
    expect(readSources(path.join(dir, "link")).files).toMatchObject([{ text: "a" }]);
  });
});

describe("what is refused", () => {
  it.each<[string, Record<string, string | Buffer>, string]>([
    ["a link out of it", { "in/a.yaml": "-> ../b.yaml", "b.yaml": "" }, "in/a.yaml: It leads out of the folder"],
    ["a folder out of it", { "in/sub": "-> ../out", "out/b.yaml": "" }, "in/sub: It leads out of the folder"],
    ["a link to nothing", { "in/a.yaml": "-> nothing" }, "in/a.yaml: There is no such file."],
    ["a link to itself", { "in/a.yaml": "-> a.yaml" }, "in/a.yaml: Its links lead in a circle."],
    ["a folder in itself", { "in/a/b": "-> .." }, "in/a/b: It leads back to a folder above it."],
    ["bytes that are no text", { "in/a.yaml": Buffer.from([0xff, 0xfe, 0x00, 0x61]) }, "in/a.yaml: It is no text in"],
    ["U+0000 in a text", { "in/a.yaml": "a: \0" }, "in/a.yaml: It is no text in UTF-8."],
  ])("%s", async (_, files, line) => {
    const dir = folderOf(files);
    const [first] = await refusalOf(dir, () => readSources(path.join(dir, "in")));
    expect(first).toContain(line);
  });

  it("a path that there is not", async () => {
    const dir = folderOf({});
    expect(await refusalOf(dir, () => readSources(`${dir}/none`))).toEqual(["none: There is no such file."]);
  });

  it("more than is reasonable, before it is read", async () => {
    const dir = folderOf({ "a.yaml": "a", "b.yaml": "" });
    // A hole: nothing of it is on the disk.
    truncateSync(path.join(dir, "b.yaml"), 32 << 20);
    expect(await refusalOf(dir, () => readSources(dir))).toEqual([
      "b.yaml: With it, the files have more than 32 MiB together.",
    ]);
  });

  it.skipIf(process.platform === "win32")("what would never end to be read", async () => {
    const dir = folderOf({});
    execFileSync("mkfifo", [path.join(dir, "pipe.yaml")]);
    symlinkSync("/dev/zero", path.join(dir, "zero.yaml"));
    expect(await refusalOf(dir, () => readSources(dir))).toEqual(["pipe.yaml: It is no regular file."]);
    const device = folderOf({ "zero.yaml": "-> /dev/zero" });
    expect(await refusalOf(device, () => readSources(device))).toEqual([
      "zero.yaml: It leads out of the folder that is applied: nothing outside is read.",
    ]);
    expect(await refusalOf("", () => readSources("/dev/zero"))).toEqual(["/dev/zero: It is no regular file."]);
  });
});
