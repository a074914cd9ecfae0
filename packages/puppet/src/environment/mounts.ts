import { serverError } from "../errors.js";
import type { Layout, Module } from "./layout.js";
import type { Tree } from "./tree.js";

/** Mounts that operators add: names with paths inside an environment. */
export type ConfiguredMounts = Readonly<Record<string, string>>;

/** One environment as its mounts see it. */
export interface Mounted {
  readonly tree: Tree;
  readonly layout: Layout;
  readonly mounts: ConfiguredMounts;
}

/** What a key of the file service names: `modules/lab/tree/top.txt`. */
export interface Key {
  readonly mount: string;
  /** Empty for the mount itself. */
  readonly path: string;
}

/** What a search goes through. */
export interface Searched {
  /** Paths in the environment: of what is in several, the first counts. */
  readonly roots: readonly string[];
  /** True where there is no plugin: the agent then gets a directory with nothing in it. */
  readonly flat: boolean;
}

/** Where in a module a mount's files are. */
const OF_ONE_MODULE: ReadonlyMap<string, string> = new Map([
  ["modules", "files"],
  ["scripts", "scripts"],
  ["tasks", "tasks"],
]);
/** The same for mounts in which the modules are merged. */
const OF_ALL_MODULES: ReadonlyMap<string, string> = new Map([
  ["plugins", "lib"],
  ["pluginfacts", "facts.d"],
  ["locales", "locales"],
]);

export const OWN_MOUNTS: readonly string[] = [...OF_ONE_MODULE.keys(), ...OF_ALL_MODULES.keys()];

const join = (...parts: readonly string[]) => parts.filter((part) => part !== "").join("/");

/** @throws PuppetError with puppetserver's texts */
export function keyOf(text: string): Key {
  const slash = text.indexOf("/");
  const mount = slash < 0 ? text : text.slice(0, slash);
  const path = slash < 0 ? "" : text.slice(slash + 1);
  if (!/^[-\w]+$/.test(mount)) throw serverError(`Cannot find file: Invalid mount '${mount.slice(0, 100)}'`);
  const parts = path.split("/");
  if (parts.includes("..")) throw serverError(`Cannot find file: Invalid relative path '${path}'`);
  return { mount, path: join(...parts) };
}

/**
 * The path of one thing in the environment.
 * @returns undefined where there is none
 * @throws PuppetError for a mount that there is not
 */
export function findIn(mounted: Mounted, key: Key): string | undefined {
  const path = candidate(mounted, key, "find");
  return path !== undefined && mounted.tree.find(path, "follow") !== undefined ? path : undefined;
}

/** The same for a search. A merged mount is always searched whole. */
export function searchIn(mounted: Mounted, key: Key): Searched | undefined {
  const { tree, layout } = mounted;
  const part = OF_ALL_MODULES.get(key.mount);
  if (part === undefined) {
    const path = candidate(mounted, key, "search");
    return path === undefined || tree.find(path, "follow") === undefined ? undefined : { roots: [path], flat: false };
  }
  const roots = [...layout.modules.values()]
    .map(({ path }) => join(path, part))
    .filter((path) => tree.isDirectory(path));
  if (roots.length > 0) return { roots, flat: false };
  return { roots: [layout.modulepath[0] ?? ""], flat: true };
}

function candidate({ tree, layout, mounts }: Mounted, { mount, path }: Key, verb: string): string | undefined {
  const merged = OF_ALL_MODULES.get(mount);
  if (merged !== undefined) {
    const there = ({ path: module }: Module) => tree.find(join(module, merged, path), "follow") !== undefined;
    const module = [...layout.modules.values()].find(there);
    return module === undefined ? undefined : join(module.path, merged, path);
  }
  const part = OF_ONE_MODULE.get(mount);
  if (part !== undefined) {
    if (path === "") throw serverError(`No ${mount === "tasks" ? "task" : "module"} specified`);
    const slash = path.indexOf("/");
    const module = layout.modules.get(slash < 0 ? path : path.slice(0, slash));
    return module === undefined ? undefined : join(module.path, part, slash < 0 ? "" : path.slice(slash + 1));
  }
  if (Object.hasOwn(mounts, mount)) return join(mounts[mount] ?? "", path);
  const key = join(mount, path);
  throw serverError(`Not authorized to call ${verb} on /file_metadata/${key} with {:rest=>"${key}"}`);
}
