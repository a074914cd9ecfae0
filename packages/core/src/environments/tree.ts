import { GatehouseError } from "../errors/index.js";
import { atOnce, type Steps, stepping } from "./steps.js";
import type { LinkEntry, NewTreeEntry } from "./types.js";

/** Files, folders and links of one environment. */
export const MOST_ENTRIES = 100_000;
/** Folders within folders. */
export const MOST_DEPTH = 64;
/** Bytes of a path, and of a link's target. */
export const MOST_PATH = 1024;
/** Bytes of a file. */
export const MOST_FILE = 1 << 30;
/** Bytes of all files of one environment together. */
export const MOST_BYTES = 2 ** 34;

/** Bytes of one part of a path: what file systems take. */
const MOST_PART = 255;
/** Links of one environment: each is followed when it is deployed. */
const MOST_LINKS = 10_000;
/** Links that one link leads through: what Linux follows. */
const MOST_FOLLOWED = 40;
/** Parts of paths that one link leads through. */
const MOST_STEPS = 1000;

/** Whether agents can ask for an environment by this name. */
export const isEnvironmentName = (name: string): boolean => /^[a-z0-9_]{1,64}$/.test(name);

/** @throws name-invalid for a name that no agent could ask for */
export function checkEnvironmentName(name: string): void {
  if (isEnvironmentName(name)) return;
  throw new GatehouseError(
    "name-invalid",
    `${shown(name)} is no name of an environment: it has 1 to 64 of a-z, 0-9 and _.`,
  );
}

/**
 * Looks at a tree before it becomes an environment.
 * @returns the entries by path, sorted by code points
 * @throws request-malformed, naming the first entry that does not fit
 */
export const checkTree = <E extends NewTreeEntry>(entries: readonly E[]): ReadonlyMap<string, E> =>
  atOnce(treeChecked(entries));

/** {@link checkTree} in steps: a tree of {@link MOST_ENTRIES} takes a fifth of a second. */
export function* treeChecked<E extends NewTreeEntry>(entries: readonly E[]): Steps<ReadonlyMap<string, E>> {
  if (entries.length > MOST_ENTRIES)
    throw malformed(`There are more than ${MOST_ENTRIES} files and folders: leave out what agents do not need.`);
  const inOrder = sorted(entries);
  yield;
  const tree = new Map<string, E>();
  const links: LinkEntry[] = [];
  let bytes = 0;
  yield* stepping(inOrder, (entry: E & NewTreeEntry) => {
    if (tree.has(entry.path)) throw malformed(`${shown(entry.path)} is there twice.`);
    checkEntry(entry);
    const parent = parentOf(entry.path);
    const above = parent === "" ? undefined : tree.get(parent);
    if (parent !== "" && above?.type !== "directory")
      throw malformed(`${shown(entry.path)} is in ${shown(parent)}, which is ${above?.type ?? "not there"}.`);
    tree.set(entry.path, entry);
    if (entry.type === "file") bytes += entry.size;
    if (entry.type === "link") links.push(entry);
  });
  if (bytes > MOST_BYTES) throw malformed(`The files have ${bytes} bytes together, and may have ${MOST_BYTES}.`);
  if (links.length > MOST_LINKS) throw malformed(`There are more than ${MOST_LINKS} links.`);
  yield* stepping(links, (link) => checkLink(tree, link));
  return tree;
}

/** Where a link leads in the end; `inside` with the path of an entry, empty for the root. */
export type LinkEnd =
  | { readonly end: "inside"; readonly path: string }
  | { readonly end: "outside" | "nowhere" | "circle" };

/** Follows a link, and those that it leads through, as a file system would. */
export function followLink(
  tree: { get(path: string): Pick<NewTreeEntry, "type"> | Pick<LinkEntry, "type" | "target"> | undefined },
  { path, target }: Pick<LinkEntry, "path" | "target">,
): LinkEnd {
  const at = path.split("/").slice(0, -1);
  // The part that is next stands last.
  const ahead = target.split("/").reverse();
  if (target.startsWith("/")) return { end: "outside" };
  for (let links = 0, steps = 0; ; steps++) {
    if (steps > MOST_STEPS) return { end: "circle" };
    const part = ahead.pop();
    if (part === undefined) return { end: "inside", path: at.join("/") };
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (at.pop() === undefined) return { end: "outside" };
      continue;
    }
    at.push(part);
    const entry = tree.get(at.join("/"));
    if (entry === undefined || (entry.type === "file" && ahead.length > 0)) return { end: "nowhere" };
    if (entry.type !== "link" || !("target" in entry)) continue;
    if (++links > MOST_FOLLOWED) return { end: "circle" };
    if (entry.target.startsWith("/")) return { end: "outside" };
    at.pop();
    ahead.push(...entry.target.split("/").reverse());
  }
}

const WORDS = {
  outside: "leads out of the environment",
  nowhere: "leads to nothing",
  circle: "leads in a circle",
} as const;

function checkLink(tree: ReadonlyMap<string, NewTreeEntry>, link: LinkEntry): void {
  const { end } = followLink(tree, link);
  if (end !== "inside") throw malformed(`The link ${shown(link.path)} to ${shown(link.target)} ${WORDS[end]}.`);
}

function checkEntry(entry: NewTreeEntry): void {
  const { path, mode, mtime } = entry;
  const parts = path.split("/");
  if (!isText(path) || parts.some((part) => part === "" || part === "." || part === ".."))
    throw malformed(`${shown(path)} is no path within an environment.`);
  if (parts.length > MOST_DEPTH) throw malformed(`${shown(path)} is more than ${MOST_DEPTH} folders deep.`);
  if (Buffer.byteLength(path) > MOST_PATH || parts.some((part) => Buffer.byteLength(part) > MOST_PART))
    throw malformed(`${shown(path)} is too long: ${MOST_PATH} bytes, and ${MOST_PART} for each part, is the most.`);
  if (!isNatural(mode, 0o7777) || !isNatural(mtime)) throw malformed(`${shown(path)} has no mode or time.`);
  if (entry.type === "file" && !(isNatural(entry.size) && /^[0-9a-f]{64}$/.test(entry.sha256)))
    throw malformed(`${shown(path)} has no size or digest.`);
  if (entry.type === "file" && entry.size > MOST_FILE)
    throw malformed(`${shown(path)} has ${entry.size} bytes, and may have ${MOST_FILE}.`);
  if (entry.type === "link" && !(isText(entry.target) && entry.target !== "" && entry.target.length <= MOST_PATH))
    throw malformed(`The link ${shown(path)} has no target, or a too long one.`);
}

/** By code points: a string's own order is that of UTF-16, which differs above U+FFFF. */
function sorted<E extends NewTreeEntry>(entries: readonly E[]): E[] {
  const wide = entries.some(({ path }) => /[\uD800-\uDFFF]/.test(path));
  if (!wide) return [...entries].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return entries
    .map((entry) => ({ entry, bytes: Buffer.from(entry.path) }))
    .sort((a, b) => a.bytes.compare(b.bytes))
    .map(({ entry }) => entry);
}

const parentOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf("/")));
const isNatural = (value: number, most = Number.MAX_SAFE_INTEGER) =>
  Number.isSafeInteger(value) && value >= 0 && value <= most;
const isText = (text: string) => text.isWellFormed() && !text.includes("\0");
const shown = (text: string) => JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
const malformed = (message: string) => new GatehouseError("request-malformed", message);
