import { posix } from "node:path";
import type { EnvironmentVersion, FileEntry } from "@gatehouse/core/environments";
import { parseJson } from "../wire/json-body.js";
import { type Layout, layoutOf, type Module } from "./layout.js";
import { perVersion } from "./per-version.js";
import { type ContentReader, readSmall } from "./read-small.js";
import { findTaskFiles } from "./task-files.js";
import { type Tree, treeOf } from "./tree.js";

/** What is wrong with a task, in Puppet's words. */
export interface TaskError {
  readonly kind: string;
  readonly msg: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** A file that a task needs. */
export interface TaskFile {
  /** `run.sh` for the task itself, `lab/files/x.sh` for others. */
  readonly name: string;
  /** Where it is in the environment. */
  readonly path: string;
  readonly file: FileEntry;
}

export type TaskMetadata = Readonly<Record<string, unknown>>;

export interface Task {
  readonly module: string;
  /** Its name in the module: `init` for the one that has the module's name. */
  readonly name: string;
  readonly metadata: TaskMetadata;
  readonly files: readonly TaskFile[];
  readonly error: TaskError | undefined;
}

/** A task's whole name: `lab::run`, or `lab` for `init`. */
export const fullName = (module: string, name: string): string => (name === "init" ? module : `${module}::${name}`);

const NAME = /^[a-z][a-z0-9_]*$/;
const METADATA_LIMIT = 1 << 20;

/** Every task of a version. One that is no good has its error. */
export const tasksOf = perVersion(async (version, content: ContentReader): Promise<readonly Task[]> => {
  const layout = await layoutOf(version, content);
  const tasks: Task[] = [];
  for (const module of layout.modules.values()) tasks.push(...(await tasksIn(version, layout, module, content)));
  return tasks;
});

async function tasksIn(
  version: EnvironmentVersion,
  layout: Layout,
  module: Module,
  content: ContentReader,
): Promise<Task[]> {
  const tree = treeOf(version);
  const directory = `${module.path}/tasks`;
  const names = tree.names(directory).filter((name) => isTaskFile(name) && tree.file(`${directory}/${name}`));
  const executables = names.filter((name) => !name.endsWith(".json"));
  const tasks: Task[] = [];
  for (const name of new Set(names.map(withoutExtension))) {
    const metadataFile = names.find((file) => withoutExtension(file) === name && file.endsWith(".json"));
    const metadata = await readMetadata(tree, metadataFile && `${directory}/${metadataFile}`, content);
    const base = { module: module.name, name, metadata: metadata.value };
    if (metadata.error !== undefined) {
      tasks.push({ ...base, files: [], error: metadata.error });
      continue;
    }
    const found = findTaskFiles(tree, layout, { module, name, metadata: metadata.value, executables });
    tasks.push("kind" in found ? { ...base, files: [], error: found } : { ...base, files: found, error: undefined });
  }
  return tasks;
}

const withoutExtension = (file: string) => posix.basename(file, posix.extname(file));
const isTaskFile = (file: string) => NAME.test(withoutExtension(file)) && !/\.(?:conf|md)$/.test(file);

async function readMetadata(
  tree: Tree,
  path: string | undefined,
  content: ContentReader,
): Promise<{ value: TaskMetadata; error?: TaskError }> {
  const file = path === undefined ? undefined : tree.file(path);
  if (file === undefined || file.size === 0) return { value: {} };
  const wrong = (msg: string) => ({
    value: {},
    error: { kind: "puppet.tasks/unparseable-metadata", msg, details: {} },
  });
  const value = file.size > METADATA_LIMIT ? undefined : parseJson(await readSmall(content, file, METADATA_LIMIT));
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { value: value as TaskMetadata };
  return wrong(`${file.path} is no JSON object of at most ${METADATA_LIMIT} bytes`);
}
