import { CONF_FILE, CONF_LIMIT, DEFAULT_CONF, type EnvironmentConf, parseEnvironmentConf } from "./environment-conf.js";
import { fnmatch } from "./fnmatch.js";
import { perVersion } from "./per-version.js";
import { type ContentReader, readSmall } from "./read-small.js";
import { type Tree, treeOf } from "./tree.js";

/** A module, and where it is. */
export interface Module {
  readonly name: string;
  /** Relative to the environment: `site-modules/lab`. */
  readonly path: string;
}

/** Where the parts of a version are. */
export interface Layout {
  readonly conf: EnvironmentConf;
  /** The directories of modules that there are. */
  readonly modulepath: readonly string[];
  /** In the order of the modulepath, then of their names: of several with one name only the first. */
  readonly modules: ReadonlyMap<string, Module>;
}

const MODULE_NAME = /^[a-z][a-z0-9_]*$/;
/** Directories of modules: a pattern may fit many. */
const MOST_DIRECTORIES = 1000;

/**
 * The layout of a version, made once.
 * @throws PuppetError where its environment.conf cannot be read
 */
export const layoutOf = perVersion(async (version, content: ContentReader): Promise<Layout> => {
  const tree = treeOf(version);
  const file = tree.file(CONF_FILE);
  const conf =
    file === undefined
      ? DEFAULT_CONF
      : parseEnvironmentConf(version.name, (await readSmall(content, file, CONF_LIMIT)).toString("utf8"));
  const modulepath = [
    ...new Set(conf.modulepath.flatMap((path) => expand(tree, path)).filter((path) => tree.isDirectory(path))),
  ].slice(0, MOST_DIRECTORIES);
  const modules = new Map<string, Module>();
  for (const directory of modulepath) {
    for (const name of tree.names(directory)) {
      const path = directory === "" ? name : `${directory}/${name}`;
      if (!modules.has(name) && MODULE_NAME.test(name) && tree.isDirectory(path)) modules.set(name, { name, path });
    }
  }
  return { conf, modulepath, modules };
});

/** A pattern in a modulepath stands for the directories that fit it. */
function expand(tree: Tree, path: string): string[] {
  if (!/[*?[]/.test(path)) return [path];
  let found = [""];
  for (const part of path.split("/")) {
    const fits = fnmatch(part);
    found = found
      .flatMap((parent) =>
        tree
          .names(parent)
          .filter(fits)
          .map((name) => (parent === "" ? name : `${parent}/${name}`)),
      )
      .slice(0, MOST_DIRECTORIES);
  }
  return found;
}
