import { attempt } from "../inventory/agent.js";
import { isObject } from "../inventory/reply.js";
import type { Named } from "./machine.js";
import { callUrl } from "./query.js";
import type { Task, TaskContext } from "./run.js";

/** What is mandatory in a job of each function; any other is disabled. */
const MANDATORY: Readonly<Record<string, readonly string[]>> = {
  getFromRegistry: ["path"],
  findFile: ["dir", "limit", "recursive", "filter"],
  getFromWMI: ["class", "properties"],
};

type Job = Readonly<Record<string, unknown>> & { readonly uuid: string; readonly function: string };

/**
 * Reads an answer to getJobs: one job that is not as it has to be, and all of them are rejected (wire/fusioninventory.md
 * section 5).
 * @throws TypeError in the words of an agent's log
 */
export function collectJobsIn({ jobs = [] }: Readonly<Record<string, unknown>>): readonly Job[] {
  if (!Array.isArray(jobs)) throw new TypeError("Bad JSON: jobs is no list");
  return jobs.map((job) => {
    if (!isObject(job) || typeof job.uuid !== "string") throw new TypeError("UUID key missing");
    const name = String(job.function);
    const mandatory = Object.hasOwn(MANDATORY, name) ? MANDATORY[name] : undefined;
    if (mandatory === undefined) throw new TypeError(`not-supported function ${name}`);
    for (const key of mandatory) if (job[key] === undefined) throw new TypeError(`function ${name} has no ${key}`);
    if (name === "findFile" && !(isObject(job.filter) && "is_file" in job.filter && "is_dir" in job.filter))
      throw new TypeError("a filter says neither is_file nor is_dir");
    return job as Job;
  });
}

/** The task Collect: file searches, values of the registry and of WMI, one answer each. */
export const collect: Task = async (context, remote) => {
  const { client, deviceId, run } = context;
  const given = await attempt(run, "getJobs", async () => {
    const url = callUrl(remote, "getJobs", { machineid: deviceId });
    const answer = await client.json({ operation: "getJobs", url });
    const posts = answer.postmethod === "POST";
    return { jobs: collectJobsIn(answer), sender: new Sender(context, remote, posts, answer.token) };
  });
  if (given === undefined) return;
  const failed = new Map<string, string>();
  for (const job of given.jobs) {
    const results = await resultsOf(job, context);
    const all =
      results.length === 0 ? [{ _cpt: "0" }] : results.map((one, n) => ({ ...one, _cpt: String(results.length - n) }));
    const sid = job._sid === undefined ? {} : { _sid: String(job._sid) };
    for (const result of all)
      if (!(await given.sender.send(job.uuid, { ...result, ...sid }))) failed.set(job.uuid, "an answer was not taken");
  }
  for (const uuid of new Set(given.jobs.map((job) => job.uuid))) {
    const done = await attempt(run, "jobsDone", () =>
      client.json({ operation: "jobsDone", url: callUrl(remote, "jobsDone", { uuid }) }),
    );
    const why = done === undefined ? "jobsDone was not taken" : failed.get(uuid);
    run.jobs.push({
      task: "collect",
      uuid,
      outcome: why === undefined ? "ok" : "ko",
      ...(why === undefined ? {} : { why }),
    });
  }
};

/** Sends answers as the server wants them: with GET, or with POST and the token of the answer before. */
class Sender {
  readonly #context: TaskContext;
  readonly #remote: string;
  readonly #posts: boolean;
  #token: unknown;

  constructor(context: TaskContext, remote: string, posts: boolean, token: unknown) {
    this.#context = context;
    this.#remote = remote;
    this.#posts = posts;
    this.#token = token;
  }

  /** @returns whether it was taken */
  async send(uuid: string, fields: Named): Promise<boolean> {
    const { client, run } = this.#context;
    const operation = "setAnswer";
    const taken = await attempt(run, operation, async () => {
      if (!this.#posts) return client.json({ operation, url: callUrl(this.#remote, operation, { uuid, ...fields }) });
      const token = typeof this.#token === "string" ? { _glpi_csrf_token: this.#token } : {};
      const form = new URLSearchParams({ action: operation, uuid, ...fields, ...token });
      const answer = await client.json({
        operation,
        method: "POST",
        url: callUrl(this.#remote, operation, { uuid, method: "POST" }),
        headers: { Referer: this.#remote, "Content-Type": "application/x-www-form-urlencoded" },
        body: Buffer.from(form.toString(), "latin1"),
      });
      this.#token = answer.token;
      return answer;
    });
    return taken !== undefined;
  }
}

async function resultsOf(job: Job, { machine }: TaskContext): Promise<Named[]> {
  if (job.function === "findFile") {
    const { dir, limit, recursive, filter } = job;
    const found = await machine.findFiles({
      ...{ dir: String(dir), limit: Number(limit), recursive: Number(recursive) === 1 },
      filter: isObject(filter) ? filter : {},
    });
    // The agents' paths are encoded twice (recording fi-collect).
    return found.map(({ path, size }) => ({ path: Buffer.from(path, "utf8").toString("latin1"), size: String(size) }));
  }
  if (job.function === "getFromRegistry") return fromRegistry(machine.registry ?? {}, String(job.path));
  const properties = Array.isArray(job.properties) ? job.properties.map(String) : [];
  return (machine.wmi?.[String(job.class)] ?? []).map((found) =>
    Object.fromEntries(properties.map((property) => [property, found[property] ?? ""])),
  );
}

function fromRegistry(registry: Readonly<Record<string, Named>>, path: string): Named[] {
  const at = path.lastIndexOf("/");
  const [key, name] = [path.slice(0, at), path.slice(at + 1)];
  const values = registry[path] ?? registry[key];
  if (values === undefined) return [];
  if (name === "*" || registry[path] !== undefined) return [values];
  const value = values[name];
  return value === undefined ? [] : [{ [name]: value }];
}
