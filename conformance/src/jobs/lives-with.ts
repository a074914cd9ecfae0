/** What the agents' own sources want of an answer before they do anything with it. */
type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What keeps an agent from this answer to getConfig, in a sentence. @param task as the agent calls it, such as `Deploy` */
export function configFault(answer: unknown, task: string): string | undefined {
  if (!isObject(answer) || !Array.isArray(answer["schedule"])) return "No job schedule, or a malformed one.";
  const [entry, ...more] = answer["schedule"].filter((each: unknown) => isObject(each) && each["task"] === task);
  if (entry === undefined || more.length > 0) return `${more.length + (entry ? 1 : 0)} entries for ${task}.`;
  const remote = String((entry as Json)["remote"]);
  // What is asked for is appended with `?action=`.
  return /^https?:\/\/[^?#]+$/.test(remote) ? undefined : `The remote is ${remote}.`;
}

const FILE_KEYS = ["mirrors", "multiparts", "name", "p2p-retention-duration", "p2p", "uncompress"];
const JOB_KEYS = ["uuid", "associatedFiles", "actions", "checks"];
const STEP_KEYS: Readonly<Record<string, readonly string[]>> = {
  findFile: ["dir", "limit", "recursive", "filter"],
  getFromRegistry: ["path"],
  getFromWMI: ["class", "properties"],
};

const lacks = (value: unknown, keys: readonly string[]) =>
  isObject(value) ? keys.find((key) => value[key] === undefined || value[key] === null) : "everything";

/** What keeps an agent from this answer to getJobs, in a sentence: then it does nothing of it, and tells nobody. */
export function jobsFault(answer: unknown, task: string): string | undefined {
  if (!isObject(answer) || !Array.isArray(answer["jobs"])) return "There are no jobs.";
  const jobs: readonly unknown[] = answer["jobs"];
  if (task === "Deploy") return deployFault(answer, jobs);
  for (const job of jobs) {
    const step = task === "Collect" && isObject(job) ? STEP_KEYS[String(job["function"])] : undefined;
    if (task === "Collect" && step === undefined) return "A function that no agent knows.";
    const missing = lacks(job, task === "ESX" ? ["uuid", "host", "user", "password"] : ["uuid", ...(step ?? [])]);
    if (missing !== undefined) return `A job lacks ${missing}.`;
    if (isObject(job) && isObject(job["filter"])) {
      const unsaid = lacks(job["filter"], ["is_file", "is_dir"]);
      if (unsaid !== undefined) return `A filter lacks ${unsaid}.`;
    }
  }
  return undefined;
}

function deployFault(answer: Json, jobs: readonly unknown[]): string | undefined {
  const files = answer["associatedFiles"];
  if (!isObject(files)) return "associatedFiles is no object.";
  for (const file of Object.values(files)) {
    const missing = lacks(file, FILE_KEYS);
    if (missing !== undefined) return `A file lacks ${missing}.`;
  }
  for (const job of jobs) {
    const missing = lacks(job, JOB_KEYS);
    if (missing !== undefined) return `A job lacks ${missing}.`;
    const { actions, associatedFiles } = job as { actions: unknown; associatedFiles: unknown };
    if (!Array.isArray(actions) || !Array.isArray(associatedFiles)) return "Actions or files are no list.";
    if (associatedFiles.some((hash: unknown) => files[String(hash)] === undefined)) return "A file is not there.";
  }
  return undefined;
}
