import type { EnvironmentVersion, FileEntry, TreeEntry } from "@gatehouse/core/environments";

/** Links that are followed on the way to one thing; Linux follows as many. */
const MOST_LINKS = 40;

/** What there is at a path: an entry of the version, or its root, which has none. */
export type Found = TreeEntry | { readonly type: "directory"; readonly path: ""; readonly mode: number; mtime: number };

const trees = new WeakMap<EnvironmentVersion, Tree>();

/** The tree of a version, made once. */
export function treeOf(version: EnvironmentVersion): Tree {
  const known = trees.get(version);
  if (known !== undefined) return known;
  const made = new Tree(version);
  trees.set(version, made);
  return made;
}

/** Looks things up in a version as a file system would, with links that lead nowhere but into it. */
export class Tree {
  readonly #entries: ReadonlyMap<string, TreeEntry>;
  readonly #root: Found;
  #children: ReadonlyMap<string, readonly string[]> | undefined;

  constructor({ entries, deployedAt }: EnvironmentVersion) {
    this.#entries = entries;
    this.#root = { type: "directory", path: "", mode: 0o755, mtime: Math.floor(deployedAt.getTime() / 1000) };
  }

  /** What is at a path, links on the way to it followed; the path's own end only with `links` follow. */
  find(path: string, links: "manage" | "follow"): Found | undefined {
    const direct = path === "" ? this.#root : this.#entries.get(path);
    if (direct !== undefined && (direct.type !== "link" || links === "manage")) return direct;
    return this.#walk(path, links);
  }

  /** The file at a path, by whatever links. */
  file(path: string): FileEntry | undefined {
    const found = this.find(path, "follow");
    return found?.type === "file" ? found : undefined;
  }

  /** Whether there is a directory, by whatever links. */
  isDirectory(path: string): boolean {
    return this.find(path, "follow")?.type === "directory";
  }

  /** The names in a directory, sorted; none where it is none. */
  names(path: string): readonly string[] {
    const found = this.find(path, "follow");
    if (found?.type !== "directory") return [];
    this.#children ??= childrenOf(this.#entries);
    return this.#children.get(found.path) ?? [];
  }

  #walk(path: string, links: "manage" | "follow"): Found | undefined {
    let at: string[] = [];
    let ahead = path.split("/").reverse();
    let found: Found = this.#root;
    let followed = 0;
    for (let part = ahead.pop(); part !== undefined; part = ahead.pop()) {
      if (part === "" || part === ".") continue;
      if (found.type !== "directory") return undefined;
      if (part === "..") {
        if (at.length === 0) return undefined;
        at = at.slice(0, -1);
      } else {
        const entry = this.#entries.get([...at, part].join("/"));
        if (entry === undefined) return undefined;
        if (entry.type === "link" && (ahead.length > 0 || links === "follow")) {
          if (++followed > MOST_LINKS || entry.target.startsWith("/")) return undefined;
          ahead = [...ahead, ...entry.target.split("/").reverse()];
        } else {
          at = [...at, part];
          found = entry;
          continue;
        }
      }
      const here = at.join("/");
      const entry = here === "" ? this.#root : this.#entries.get(here);
      if (entry === undefined) return undefined;
      found = entry;
    }
    return found;
  }
}

function childrenOf(entries: ReadonlyMap<string, TreeEntry>): ReadonlyMap<string, readonly string[]> {
  const children = new Map<string, string[]>();
  for (const path of entries.keys()) {
    const slash = path.lastIndexOf("/");
    const parent = path.slice(0, Math.max(slash, 0));
    const names = children.get(parent);
    if (names === undefined) children.set(parent, [path.slice(slash + 1)]);
    else names.push(path.slice(slash + 1));
  }
  return children;
}
