import { member } from "../wire/json-body.js";
import type { Layout, Module } from "./layout.js";
import type { TaskError, TaskFile, TaskMetadata } from "./tasks.js";
import type { Tree } from "./tree.js";

/** Where a file that a task needs may be. */
const MOUNTS = ["files", "lib", "scripts", "tasks"];
/** Files of one task. */
const MOST = 10_000;

interface Asked {
  readonly module: Module;
  readonly name: string;
  readonly metadata: TaskMetadata;
  /** Names in the module's `tasks` that may run. */
  readonly executables: readonly string[];
}

const invalid = (msg: string): TaskError => ({ kind: "puppet.tasks/invalid-metadata", msg, details: {} });

/** The files that a task needs, what runs first, or what is wrong with it: in Puppet's words, by its rules. */
export function findTaskFiles(tree: Tree, layout: Layout, asked: Asked): TaskFile[] | TaskError {
  const implementations = findImplementations(tree, asked);
  if ("kind" in implementations) return implementations;
  const wanted = wantedFiles(asked.metadata);
  if (!Array.isArray(wanted)) return wanted as TaskError;
  const files = [...implementations];
  for (const name of new Set(wanted)) {
    const found = findFiles(tree, layout, name);
    if ("kind" in found) return found;
    files.push(...found);
    if (files.length > MOST) return invalid(`The task needs more than ${MOST} files`);
  }
  return files;
}

function findImplementations(tree: Tree, { module, name, metadata, executables }: Asked): TaskFile[] | TaskError {
  const directory = `${module.path}/tasks`;
  const whole = name === "init" ? module.name : `${module.name}::${name}`;
  const fileOf = (executable: string): TaskFile[] => {
    const file = tree.file(`${directory}/${executable}`);
    return file === undefined ? [] : [{ name: executable, path: `${directory}/${executable}`, file }];
  };
  if (Object.hasOwn(metadata, "implementations")) {
    const said = metadata["implementations"];
    if (!Array.isArray(said))
      return invalid(`Task metadata for task ${whole} does not specify implementations as an array`);
    const files: TaskFile[] = [];
    for (const one of said.slice(0, MOST)) {
      const executable = member(one, "name");
      const requirements = member(one, "requirements");
      if (requirements !== undefined && requirements !== null && !Array.isArray(requirements))
        return invalid(`Task metadata for task ${whole} does not specify requirements as an array`);
      if (typeof executable !== "string" || !executables.includes(executable))
        return {
          kind: "puppet.tasks/missing-implementation",
          msg: `Task metadata for task ${whole} specifies missing implementation ${String(executable).slice(0, 200)}`,
          details: { missing: [executable ?? null] },
        };
      files.push(...fileOf(executable));
    }
    return files;
  }
  const fitting = executables.filter((executable) => executable.replace(/\.[^.]*$/, "") === name);
  const [only] = fitting;
  if (only === undefined)
    return {
      kind: "puppet.tasks/no-implementation",
      msg: `No source besides task metadata was found in directory ${directory} for task ${whole}`,
      details: {},
    };
  if (fitting.length > 1)
    return {
      kind: "puppet.tasks/multiple-implementations",
      msg: `Multiple executables were found in directory ${directory} for task ${whole}; define 'implementations' in metadata to differentiate between them`,
      details: {},
    };
  return fileOf(only);
}

/** What the metadata names, for all implementations. */
function wantedFiles(metadata: TaskMetadata): string[] | TaskError {
  const implementations = Object.hasOwn(metadata, "implementations") ? metadata["implementations"] : [];
  const lists = [metadata, ...(Array.isArray(implementations) ? implementations : [])].map(
    (one) => member(one, "files") ?? [],
  );
  for (const list of lists) {
    if (!Array.isArray(list) || !list.every((name) => typeof name === "string"))
      return invalid(`The 'files' task metadata expects an array, got ${JSON.stringify(list).slice(0, 200)}.`);
  }
  return lists.flat() as string[];
}

/** One file, or with a last slash all that is in a directory. */
function findFiles(tree: Tree, layout: Layout, name: string): TaskFile[] | TaskError {
  const [moduleName = "", mount = "", ...rest] = name.split("/");
  const module = layout.modules.get(moduleName);
  if (module === undefined)
    return invalid(`Could not find module ${moduleName} containing task file ${rest.join("/")}`);
  if (!MOUNTS.includes(mount))
    return invalid(
      `Files must be saved in module directories that Puppet makes available via mount points: ${MOUNTS.join(", ")}`,
    );
  const parts = rest.at(-1) === "" ? rest.slice(0, -1) : rest;
  if (parts.some((part) => part === "" || part === "." || part === ".."))
    return invalid("File pathnames cannot include relative paths");
  const inModule = [mount, ...parts].join("/");
  const found = tree.find(`${module.path}/${inModule}`, "follow");
  if (found === undefined)
    return { kind: "puppet.tasks/invalid-file", msg: `Could not find ${module.path}/${inModule} on disk`, details: {} };
  if (found.type === "directory") {
    if (!name.endsWith("/"))
      return invalid(`Directories specified in task metadata must include a trailing slash: ${name}`);
    return filesBelow(tree, module, inModule);
  }
  if (name.endsWith("/")) return invalid(`Files specified in task metadata cannot include a trailing slash: ${name}`);
  return fileAt(tree, module, inModule);
}

function fileAt(tree: Tree, module: Module, inModule: string): TaskFile[] {
  const path = `${module.path}/${inModule}`;
  const file = tree.file(path);
  return file === undefined ? [] : [{ name: `${module.name}/${inModule}`, path, file }];
}

/** Links to directories are not gone into, nor is what begins with a dot: so it is with Puppet's pattern. */
function filesBelow(tree: Tree, module: Module, inModule: string): TaskFile[] {
  const files: TaskFile[] = [];
  const ahead = [inModule];
  for (let at = ahead.shift(); at !== undefined && files.length <= MOST; at = ahead.shift()) {
    for (const name of tree.names(`${module.path}/${at}`)) {
      if (name.startsWith(".")) continue;
      const child = `${at}/${name}`;
      if (tree.find(`${module.path}/${child}`, "manage")?.type === "directory") ahead.push(child);
      else files.push(...fileAt(tree, module, child));
    }
  }
  return files;
}
