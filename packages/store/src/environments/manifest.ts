import { createHash } from "node:crypto";
import {
  ENTRIES_PER_STEP,
  type NewTreeEntry,
  type Steps,
  stepping,
  type TreeEntry,
} from "@gatehouse/core/environments";

/** One entry, as it is stored: what it is, its path, mode and time, and what only its type has. */
type Line =
  | readonly ["d", string, number, number]
  | readonly ["f", string, number, number, number, string, string]
  | readonly ["l", string, number, number, string];

interface Manifest {
  readonly format: 1;
  readonly entries: readonly Line[];
}

/** The tree as the blob of its version. */
export function* manifestOf(tree: Iterable<TreeEntry>): Steps<Buffer> {
  const parts: string[] = [];
  let lines: Line[] = [];
  const write = () => {
    if (lines.length > 0) parts.push(JSON.stringify(lines).slice(1, -1));
    lines = [];
  };
  yield* stepping(tree, (entry) => {
    if (lines.push(lineOf(entry)) === ENTRIES_PER_STEP) write();
  });
  write();
  return Buffer.from(`{"format":1,"entries":[${parts.join(",")}]}`);
}

/** The tree of {@link manifestOf}, by path, in its order. */
export function* treeOf(manifest: Buffer): Steps<ReadonlyMap<string, TreeEntry>> {
  const { format, entries } = JSON.parse(manifest.toString("utf8")) as Manifest;
  if (format !== 1) throw new Error(`a manifest of form ${String(format)} is of another version of Gatehouse`);
  yield;
  const tree = new Map<string, TreeEntry>();
  yield* stepping(entries, (line) => void tree.set(line[1], entryOf(line)));
  return tree;
}

/** Where r10k notes when it laid an environment: other at each of its runs. */
const NOTES = ".r10k-deploy.json";

/** Of what a tree holds; times do not count, nor r10k's notes of them: every checkout has its own. */
export function* digestOfTree(tree: Iterable<NewTreeEntry>): Steps<Buffer> {
  const hash = createHash("sha256");
  yield* stepping(tree, (entry) => {
    const content = entry.path === NOTES ? "" : contentOf(entry);
    hash.update(`${JSON.stringify([entry.type, entry.path, entry.mode, content])}\n`);
  });
  return hash.digest();
}

function contentOf(entry: NewTreeEntry): string {
  if (entry.type === "file") return entry.sha256;
  return entry.type === "link" ? entry.target : "";
}

function lineOf(entry: TreeEntry): Line {
  const { path, mode, mtime } = entry;
  if (entry.type === "directory") return ["d", path, mode, mtime];
  if (entry.type === "link") return ["l", path, mode, mtime, entry.target];
  return ["f", path, mode, mtime, entry.size, entry.sha256, entry.md5];
}

function entryOf(line: Line): TreeEntry {
  const [kind, path, mode, mtime] = line;
  if (kind === "d") return { type: "directory", path, mode, mtime };
  if (kind === "l") return { type: "link", path, mode, mtime, target: line[4] };
  return { type: "file", path, mode, mtime, size: line[4], sha256: line[5], md5: line[6] };
}
