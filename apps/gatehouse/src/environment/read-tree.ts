import { lstat, readdir, readlink, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import {
  followLink,
  inTurns,
  MOST_DEPTH,
  MOST_ENTRIES,
  type NewTreeEntry,
  treeChecked,
} from "@gatehouse/core/environments";
import { GatehouseError } from "@gatehouse/core/errors";
import { digestOf } from "../apply/digest.js";
import { reasonOf } from "../apply/files.js";

/** What version control keeps for itself; of git a file, too, where a checkout is a worktree or a submodule. */
const VERSION_CONTROL = new Set([".git", ".svn", ".hg", ".bzr"]);
/** Files that are read together. */
const AT_ONCE = 8;

/** A folder as an environment. */
export interface ReadTree {
  readonly entries: readonly NewTreeEntry[];
  /** Where the bytes are, by digest. */
  readonly files: ReadonlyMap<string, { readonly file: string; readonly size: number }>;
  /** What was left out and a person should know of. */
  readonly warnings: readonly string[];
}

/**
 * Reads a folder as r10k, git or a person laid it: all of it but what version control keeps for itself. Links stay
 * links where they lead to something inside; those that lead to nothing are left out, for agents could not have them.
 * @throws request-malformed for a link that leads out, for what is no file, folder or link, for a name that is no UTF-8,
 *   and for what is too much
 */
export async function readTree(dir: string): Promise<ReadTree> {
  const root = await realpath(dir).catch((thrown: unknown) => {
    throw malformed(`${dir}: ${reasonOf(thrown)}`);
  });
  if (!(await stat(root)).isDirectory()) throw malformed(`${dir} is no folder.`);
  const found = await listed(root);
  const { kept, warnings } = withoutDeadLinks(found);
  const files = new Map<string, { file: string; size: number }>();
  const entries: NewTreeEntry[] = new Array(kept.length);
  const waiting = kept.entries();
  const worker = async () => {
    for (const [i, entry] of waiting) {
      if (entry.type !== "file") {
        entries[i] = entry;
        continue;
      }
      const file = path.join(root, entry.path);
      const digest = await digestOf(file).catch((thrown: unknown) => {
        throw malformed(`${file}: ${reasonOf(thrown)}`);
      });
      files.set(digest.sha256, { file, size: digest.size });
      entries[i] = { ...entry, ...digest };
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await inTurns(treeChecked(entries), setImmediate);
  return { entries, files, warnings };
}

type Found = NewTreeEntry;

/** Everything below a folder; files without their digests. */
async function listed(root: string): Promise<Found[]> {
  const found: Found[] = [];
  const folders: string[] = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const name of await readdir(path.join(root, folder))) {
      if (VERSION_CONTROL.has(name)) continue;
      const below = folder === "" ? name : `${folder}/${name}`;
      const file = path.join(root, below);
      if (name.includes("\uFFFD")) throw malformed(`${file}: the name is no UTF-8.`);
      if (found.length >= MOST_ENTRIES)
        throw malformed(`${root} has more than ${MOST_ENTRIES} files and folders: leave out what agents do not need.`);
      if (below.split("/").length > MOST_DEPTH) throw malformed(`${file} is more than ${MOST_DEPTH} folders deep.`);
      const entry = await entryOf(file, below);
      found.push(entry);
      if (entry.type === "directory") folders.push(below);
    }
  }
  return found;
}

async function entryOf(file: string, below: string): Promise<Found> {
  const {
    mode: bits,
    mtimeMs,
    ...kind
  } = await lstat(file).then((known) => ({
    mode: known.mode,
    mtimeMs: known.mtimeMs,
    isFile: known.isFile(),
    isDirectory: known.isDirectory(),
    isLink: known.isSymbolicLink(),
  }));
  const common = { path: below, mode: bits & 0o7777, mtime: Math.max(0, Math.floor(mtimeMs / 1000)) };
  if (kind.isDirectory) return { ...common, type: "directory" };
  if (kind.isFile) return { ...common, type: "file", size: 0, sha256: "" };
  if (kind.isLink) return { ...common, type: "link", target: await readlink(file) };
  throw malformed(`${file} is no file, folder or link: leave it out of the environment.`);
}

function withoutDeadLinks(found: readonly Found[]): { kept: readonly Found[]; warnings: string[] } {
  const tree = new Map(found.map((entry) => [entry.path, entry]));
  const warnings: string[] = [];
  const kept = found.filter((entry) => {
    if (entry.type !== "link") return true;
    const { end } = followLink(tree, entry);
    if (end === "outside")
      throw malformed(
        `${entry.path} is a link to ${entry.target}, which leads out of the environment: put what it leads to in its place.`,
      );
    if (end !== "inside")
      warnings.push(`${entry.path} is left out: it is a link to ${entry.target}, which is not there.`);
    return end === "inside";
  });
  return { kept, warnings };
}

const malformed = (message: string) => new GatehouseError("request-malformed", message);
