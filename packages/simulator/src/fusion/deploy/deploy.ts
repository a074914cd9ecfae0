import { attempt } from "../../inventory/agent.js";
import { callUrl, type Parameter } from "../query.js";
import type { FusionJob, Task, TaskContext } from "../run.js";
import { runChecks } from "./checks.js";
import { download } from "./download.js";
import { type DeployAction, type DeployFile, type DeployJob, deployJobsIn } from "./jobs.js";
import type { DeployPlace } from "./place.js";
import { asked } from "./user.js";

/** The version of the task that getConfig and getJobs tell. */
export const DEPLOY_VERSION = "2.8";

/** What is said of a job: numbers of checks and actions count from 0, and a 0 is left out (wire/fusioninventory.md section 4). */
export interface Status {
  readonly msg: string;
  readonly status?: "ok" | "ko" | "warning" | "info" | "ignore";
  readonly currentStep?: "checking" | "downloading" | "prepare" | "processing";
  readonly actionnum?: number;
  readonly checknum?: number;
  /** Of a file: its digest. */
  readonly sha512?: string;
}

/** One job under way. */
export interface JobUnderWay {
  readonly context: TaskContext;
  readonly remote: string;
  readonly job: DeployJob;
  readonly place: DeployPlace;
  /** Tells the server; a word that does not arrive is not said again. */
  say(status: Status): Promise<void>;
}

/** How a step ended the job; undefined: it goes on. */
export type Ended = Pick<FusionJob, "outcome" | "why"> | undefined;

/** The task Deploy: packages with their files, checks and actions, told step by step in the order of the recordings. */
export const deploy: Task = async (context, remote) => {
  const { client, deviceId, run } = context;
  const jobs = await attempt(run, "getJobs", async () => {
    const url = callUrl(remote, "getJobs", { machineid: deviceId, version: DEPLOY_VERSION });
    return deployJobsIn(await client.json({ operation: "getJobs", url }));
  });
  let wantsSoftware = false;
  for (const job of jobs ?? []) {
    const place = await context.machine.place();
    try {
      const ended = await deployOne({
        context,
        remote,
        job,
        place,
        say: (status) => tell(context, remote, job, status),
      });
      run.jobs.push({ task: "deploy", uuid: job.uuid, ...(ended ?? { outcome: "ok" }) });
      wantsSoftware ||= job.wantsSoftware && ended === undefined;
    } finally {
      await place.close();
    }
  }
  if (wantsSoftware) await context.sendInventory();
};

async function tell(
  { client, deviceId, run }: TaskContext,
  remote: string,
  job: DeployJob,
  status: Status,
): Promise<void> {
  const { actionnum, checknum, sha512, ...said } = status;
  const parameters: Record<string, Parameter> = {
    machineid: deviceId,
    part: sha512 === undefined ? "job" : "file",
    uuid: job.uuid,
    sha512,
    ...said,
    actionnum: actionnum === 0 ? undefined : actionnum,
    checknum: checknum === 0 ? undefined : checknum,
  };
  await attempt(run, "setStatus", () =>
    client.json({ operation: "setStatus", url: callUrl(remote, "setStatus", parameters) }),
  );
}

async function deployOne(under: JobUnderWay): Promise<Ended> {
  const { job, say } = under;
  await say({ currentStep: "checking", msg: "starting" });
  const checked = await runChecks(under, job.checks, (status) => say({ ...status, currentStep: "checking" }));
  if (checked !== undefined) return checked;
  await say({ currentStep: "checking", status: "ok", msg: "all checks are ok" });
  const before = await asked(under, "before", "checking");
  if (before !== undefined) return before;
  const got = await getFiles(under);
  if (got !== undefined) return got;
  const unpackedAll = await unpackFiles(under);
  if (unpackedAll !== undefined) return (await asked(under, "after_failure", "prepare")) ?? unpackedAll;
  await say({ currentStep: "prepare", status: "ok", msg: "success" });
  for (const [n, action] of job.actions.entries()) {
    const acted = await act(under, action, n);
    if (acted !== undefined) return (await asked(under, "after_failure", "processing")) ?? acted;
  }
  const after = await asked(under, "after", "processing");
  if (after !== undefined) return after;
  await say({ status: "ok", msg: "job successfully completed" });
  return undefined;
}

async function getFiles(under: JobUnderWay): Promise<Ended> {
  const { context, job, place, say } = under;
  const step = { currentStep: "downloading" } as const;
  await say({ ...step, msg: "downloading files" });
  for (const file of job.files) {
    const { name, sha512 } = file;
    if (await download(context, place, file, (msg) => say({ ...step, sha512, msg }))) {
      await say({ ...step, sha512, status: "ok", msg: `${name} downloaded` });
      continue;
    }
    // No word of the job follows: the file's is the last (recording fi-deploy-parts-missing).
    await say({ ...step, sha512, status: "ko", msg: `${name} download failed` });
    const ended = await asked(under, "after_download_failure", "downloading");
    return ended ?? { outcome: "ko", why: `${name} download failed` };
  }
  await say({ ...step, status: "ok", msg: "success" });
  return asked(under, "after_download", "downloading");
}

async function unpackFiles({ job, place, say }: JobUnderWay): Promise<Ended> {
  for (const file of job.files.filter(({ uncompress }: DeployFile) => uncompress)) {
    try {
      await place.unpack(file.name);
    } catch (thrown) {
      const why = `${file.name}: ${thrown instanceof Error ? thrown.message : thrown}`;
      await say({ currentStep: "prepare", status: "ko", msg: why });
      return { outcome: "ko", why };
    }
  }
  return undefined;
}

async function act(under: JobUnderWay, action: DeployAction, actionnum: number): Promise<Ended> {
  const { place, say } = under;
  const at = { currentStep: "processing", actionnum } as const;
  const { name } = action;
  const checked = await runChecks(under, action.checks, (status) => say({ ...status, ...at }), "action");
  if (checked !== undefined) {
    await say({ ...at, status: "ok", msg: `${name}, processing skipped` });
    return undefined;
  }
  const { ok, lines } = await place.act(action);
  for (const line of lines) await say({ ...at, msg: `${name}: ${line}` });
  await say({ ...at, status: ok ? "ok" : "ko", msg: `${name}, processing ${ok ? "success" : "failure"}` });
  return ok ? undefined : { outcome: "ko", why: `${name}, processing failure` };
}
