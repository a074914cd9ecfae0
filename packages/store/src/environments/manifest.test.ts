import { atOnce, type TreeEntry } from "@gatehouse/core/environments";
import { expect, it } from "vitest";
import * as manifest from "./manifest.js";

const digestOfTree = (tree: Iterable<TreeEntry>) => atOnce(manifest.digestOfTree(tree));
const manifestOf = (tree: Iterable<TreeEntry>) => atOnce(manifest.manifestOf(tree));
const treeOf = (bytes: Buffer) => atOnce(manifest.treeOf(bytes));

const mtime = 1_763_700_000;
const FILE = { type: "file", path: "a b/\u{1F600}\n", mode: 0o4755, mtime, size: 3, sha256: "ab", md5: "cd" } as const;
const TREE: readonly TreeEntry[] = [
  { type: "directory", path: "__proto__", mode: 0o755, mtime: 0 },
  FILE,
  { type: "link", path: "constructor", mode: 0o777, mtime, target: "a b" },
];

it("a tree comes back as it was, in its order", () => {
  const tree = treeOf(manifestOf(TREE));
  expect([...tree.values()]).toEqual(TREE);
  expect([...tree.keys()]).toEqual(TREE.map(({ path }) => path));
  expect(treeOf(manifestOf([])).size).toBe(0);
});

it("a manifest of another form is refused", () => {
  expect(() => treeOf(Buffer.from('{"format":2,"entries":[]}'))).toThrow(/another version/);
  expect(() => treeOf(Buffer.from("[]"))).toThrow();
});

it.each<[string, TreeEntry]>([
  ["path", { ...FILE, path: "other" }],
  ["mode", { ...FILE, mode: 0o755 }],
  ["content", { ...FILE, sha256: "ba" }],
  ["type", { type: "directory", path: FILE.path, mode: FILE.mode, mtime }],
  ["target", { type: "link", path: FILE.path, mode: FILE.mode, mtime, target: "x" }],
])("a tree's digest changes with an entry's %s", (_, entry) => {
  expect(digestOfTree([entry])).not.toEqual(digestOfTree([FILE]));
});

it("a tree's digest does not change with times", () => {
  expect(digestOfTree([{ ...FILE, mtime: 0 }])).toEqual(digestOfTree([FILE]));
  expect(digestOfTree([])).toHaveLength(32);
});

it("a tree's digest does not change with what r10k notes of its runs, but with a file of that name elsewhere", () => {
  const notes = (path: string, sha256: string) => digestOfTree([{ ...FILE, path, sha256 }]);
  expect(notes(".r10k-deploy.json", "ab")).toEqual(notes(".r10k-deploy.json", "ba"));
  expect(notes("modules/a/.r10k-deploy.json", "ab")).not.toEqual(notes("modules/a/.r10k-deploy.json", "ba"));
});

it("a large tree is written, read and summed in many steps", () => {
  const large = Array.from({ length: 10_001 }, (_, i): TreeEntry => ({ ...FILE, path: `${i}` }));
  const stepsOf = (steps: Iterator<unknown>) => {
    let count = 0;
    while (steps.next().done !== true) count++;
    return count;
  };
  expect(stepsOf(manifest.manifestOf(large))).toBe(5);
  expect(stepsOf(manifest.digestOfTree(large))).toBe(5);
  expect(stepsOf(manifest.treeOf(manifestOf(large)))).toBe(6);
  expect([...treeOf(manifestOf(large)).values()]).toEqual(large);
});
