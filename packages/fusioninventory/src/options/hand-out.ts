import type { Credential } from "@gatehouse/core/credentials";
import { credentialsOf, type Job, type JobTask, type JobWork, type WorkCaller } from "@gatehouse/core/jobs";
import type { KnownAgent } from "@gatehouse/core/nodes";
import { auditHandedOut } from "@gatehouse/inventory";
import type { FusionInventoryDeps } from "../deps.js";
import { failed } from "../rest/failed.js";
import { discoveryOption, type Opened, queryOption, wakeOption } from "./network.js";

/** Tasks whose jobs agents read in the answer to a PROLOG, and nowhere else. */
const TASKS = ["netdiscovery", "netinventory", "wakeonlan"] as const satisfies readonly JobTask[];
/** Jobs of one task in an answer; the others follow in the agent's next run. */
const MOST_JOBS = 20;

/**
 * The jobs that a PROLOG is answered with. A job whose credential is not stored any more has failed; the credentials of the
 * others are noted before they go out.
 * @param tasks that the agent has work of
 * @returns XML; empty where there is none
 */
export async function optionsFor(
  deps: Pick<FusionInventoryDeps, "work" | "credentials" | "audit">,
  agent: KnownAgent,
  caller: WorkCaller,
  tasks: readonly JobTask[],
): Promise<string> {
  const jobs: Job[] = [];
  for (const task of TASKS.filter((each) => tasks.includes(each)))
    jobs.push(...(await deps.work.take(agent, task, caller, MOST_JOBS)));
  const { handed, opened } = await withCredentials(deps, agent, jobs);
  return handed.map((job) => written(job, opened)).join("");
}

/**
 * Opens the credentials of jobs that are about to be handed over. A job whose credential is not stored any more has failed;
 * those of the others are noted.
 */
export async function withCredentials(
  deps: Pick<FusionInventoryDeps, "work" | "credentials" | "audit">,
  agent: KnownAgent,
  jobs: readonly Job[],
): Promise<{ readonly handed: readonly Job[]; readonly opened: Opened }> {
  const credentials = await credentialsFor(deps, jobs);
  const handed: Job[] = [];
  for (const job of jobs) {
    const fault = faultOf(job.work, credentials);
    if (fault === undefined) handed.push(job);
    else await failed(deps, job, fault);
  }
  const carrying = handed.filter(({ work }) => credentialsOf(work).length > 0);
  await auditHandedOut(
    deps.audit,
    agent,
    carrying.flatMap(({ work }) => credentialsOf(work).map(({ name }) => name)),
    carrying.map(({ id }) => id),
  );
  const opened: Opened = (name) => {
    const credential = credentials.get(name);
    if (credential === undefined) throw new Error("a credential that was looked for is not there");
    return credential;
  };
  return { handed, opened };
}

async function credentialsFor(
  { credentials }: Pick<FusionInventoryDeps, "credentials">,
  jobs: readonly Job[],
): Promise<ReadonlyMap<string, Credential>> {
  const names = new Set(jobs.flatMap(({ work }) => credentialsOf(work).map(({ name }) => name)));
  const opened = new Map<string, Credential>();
  for (const name of names) {
    const credential = await credentials.get(name);
    if (credential !== undefined) opened.set(name, credential);
  }
  return opened;
}

/** Orders are checked when they are made; what they name may have gone since. */
function faultOf(work: JobWork, opened: ReadonlyMap<string, Credential>): string | undefined {
  for (const { name, kind } of credentialsOf(work)) {
    const found = opened.get(name);
    if (found === undefined) return `The credential ${name} is not stored any more.`;
    if (found.kind !== kind) return `The credential ${name} is of another kind now: ${found.kind}.`;
  }
  return undefined;
}

function written({ number, work }: Job, opened: Opened): string {
  switch (work.task) {
    case "netdiscovery":
      return discoveryOption(number, work.spec, opened);
    case "netinventory":
      return queryOption(number, work.spec, opened);
    case "wakeonlan":
      return wakeOption(work.spec);
    default:
      throw new Error(`${work.task} is no option`);
  }
}
