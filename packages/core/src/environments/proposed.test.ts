import { expect, it } from "vitest";
import { proposedVersion } from "./proposed.js";
import type { NewTreeEntry } from "./types.js";

const common = { mode: 0o644, mtime: 1 };
const sha256 = "ab".repeat(32);
const entries: NewTreeEntry[] = [
  { ...common, type: "file", path: "b/site.pp", size: 1, sha256 },
  { ...common, type: "directory", path: "b" },
  { ...common, type: "link", path: "a", target: "b/site.pp" },
];
const pause = async () => undefined;

it("a proposed version has its tree in order, and no number that anybody could ask for", async () => {
  const version = await proposedVersion({ name: "production", entries }, pause);
  expect(version).toMatchObject({ name: "production", version: 0, codeId: "" });
  expect([...version.entries]).toEqual([
    ["a", entries[2]],
    ["b", entries[1]],
    ["b/site.pp", { ...entries[0], md5: "" }],
  ]);
});

it("a proposed version of a tree that is none is refused, and so is a name that is none", async () => {
  const twice = [...entries, ...entries];
  await expect(proposedVersion({ name: "production", entries: twice }, pause)).rejects.toThrow('"a" is there twice.');
  await expect(proposedVersion({ name: "a/b", entries }, pause)).rejects.toMatchObject({ code: "name-invalid" });
});
