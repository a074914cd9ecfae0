import { isObject } from "../../inventory/reply.js";

/** What a package looks at before it begins. */
export interface DeployCheck {
  readonly type: string;
  readonly path: string;
  readonly value: string;
  /** What follows where it does not hold. */
  readonly otherwise: string;
  readonly name: string;
}

export interface DeployAction {
  /** Such as `cmd`. */
  readonly type: string;
  readonly name: string;
  readonly checks: readonly DeployCheck[];
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface DeployFile {
  readonly sha512: string;
  readonly name: string;
  readonly mirrors: readonly string[];
  /** Digests of the parts as served, in their order. */
  readonly parts: readonly string[];
  readonly uncompress: boolean;
}

export interface DeployJob {
  readonly uuid: string;
  readonly files: readonly DeployFile[];
  readonly checks: readonly DeployCheck[];
  readonly actions: readonly DeployAction[];
  readonly userInteractions: readonly Readonly<Record<string, unknown>>[];
  /** An inventory is wanted when it is done. */
  readonly wantsSoftware: boolean;
}

const FILE_KEYS = ["mirrors", "multiparts", "name", "p2p-retention-duration", "p2p", "uncompress"];

/**
 * Reads an answer to getJobs: where anything mandatory is missing, agents drop all of it (wire/fusioninventory.md section 4).
 * @throws TypeError in the words of an agent's log
 */
export function deployJobsIn(answer: Readonly<Record<string, unknown>>): DeployJob[] {
  if (Object.keys(answer).length === 0) return [];
  const { jobs, associatedFiles } = answer;
  if (!Array.isArray(jobs)) throw bad("jobs is missing");
  if (!isObject(associatedFiles)) throw bad("associatedFiles is missing");
  const files = new Map(Object.entries(associatedFiles).map(([sha512, file]) => [sha512, fileOf(sha512, file)]));
  return jobs.map((job) => jobOf(job, files));
}

const bad = (words: string) => new TypeError(`bad JSON: ${words}`);

function jobOf(job: unknown, files: ReadonlyMap<string, DeployFile>): DeployJob {
  if (!isObject(job)) throw bad("a job is no object");
  const { uuid, associatedFiles, checks, actions, userinteractions: interactions = [], requires } = job;
  if (typeof uuid !== "string" || uuid === "") throw bad("a job has no uuid");
  for (const [key, value] of Object.entries({ associatedFiles, checks, actions, userinteractions: interactions }))
    if (!Array.isArray(value)) throw bad(`${key} of a job is no list`);
  return {
    uuid,
    files: (associatedFiles as readonly unknown[]).map((sha512) => {
      const file = files.get(String(sha512));
      if (file === undefined) throw bad(`file ${sha512} of a job is not described`);
      return file;
    }),
    checks: (checks as readonly unknown[]).map(checkOf),
    actions: (actions as readonly unknown[]).map(actionOf),
    userInteractions: (interactions as readonly unknown[]).filter(isObject),
    wantsSoftware: isObject(requires) && requires["softwares-inventory"] === true,
  };
}

function fileOf(sha512: string, file: unknown): DeployFile {
  if (!isObject(file)) throw bad(`file ${sha512} is no object`);
  for (const key of FILE_KEYS) if (file[key] === undefined) throw bad(`file ${sha512} has no ${key}`);
  const { name, mirrors, multiparts, uncompress } = file;
  if (!Array.isArray(mirrors) || !Array.isArray(multiparts)) throw bad(`mirrors or multiparts of ${name} is no list`);
  return {
    sha512,
    name: String(name),
    mirrors: mirrors.map(String),
    parts: multiparts.map(String),
    uncompress: Number(uncompress) === 1,
  };
}

function checkOf(check: unknown): DeployCheck {
  if (!isObject(check)) throw bad("a check is no object");
  const { type, path = "", value = "", name = "unnamed", return: otherwise = "" } = check;
  return {
    type: String(type),
    path: String(path),
    value: String(value),
    name: String(name),
    otherwise: String(otherwise),
  };
}

function actionOf(action: unknown): DeployAction {
  const [entry, more] = isObject(action) ? Object.entries(action) : [];
  if (entry === undefined || more !== undefined) throw bad("an action is not one thing");
  const [type, settings] = entry;
  if (!isObject(settings)) throw bad(`the action ${type} is no object`);
  const { name = type, checks = [] } = settings;
  if (!Array.isArray(checks)) throw bad(`the checks of the action ${name} are no list`);
  return { type, name: String(name), checks: checks.map(checkOf), settings };
}
