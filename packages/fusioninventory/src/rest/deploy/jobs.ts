import type { DeploySpec, Job } from "@gatehouse/core/jobs";
import type { PackageAction, PackageCheck, PackageFile, PackageVersion } from "@gatehouse/core/packages";
import type { RestCall } from "../call.js";
import type { WriteJobs } from "../caller.js";
import { failed } from "../failed.js";
import { mirrorsOf } from "./mirrors.js";

/** A file as agents read it: without any one of these keys they drop the whole answer. */
interface AssociatedFile {
  readonly name: string;
  readonly mirrors: readonly string[];
  readonly multiparts: readonly string[];
  readonly p2p: 0 | 1;
  /** Minutes. */
  readonly "p2p-retention-duration": number;
  readonly uncompress: 0 | 1;
}

/**
 * Deploy jobs as agents read them (wire/fusioninventory.md section 4). Files stand in one table for all jobs, by their
 * digest: a job whose file has another name or other options there is left for the agent's next run, in which it is handed
 * over again.
 */
export const deployJobs: WriteJobs = async (call, { agent }, taken) => {
  const { deps, request } = call;
  const mirrors = mirrorsOf(request, await deps.assignments.of(agent));
  const isOld = isOldDeploy(request.query.get("version"));
  const associatedFiles: Record<string, AssociatedFile> = {};
  const written: { job: Job; version: PackageVersion }[] = [];
  for (const job of taken) {
    const version = await packageOf(call, job);
    if (version === undefined) continue;
    const files = version.files.map((file) => [file.sha512, associated(file, mirrors)] as const);
    if (files.some(([sha512, file]) => !isSame(associatedFiles[sha512] ?? file, file))) continue;
    Object.assign(associatedFiles, Object.fromEntries(files));
    written.push({ job, version });
  }
  if (written.length === 0) return undefined;
  await deps.audit.record({
    actor: `agent:${agent.agentId}`,
    action: "job.hand-out",
    subject: agent.nodeId,
    detail: { jobs: written.map(({ job: { id }, version: { name, version } }) => ({ id, package: name, version })) },
  });
  return { jobs: written.map(({ job, version }) => jobOf(job, version, isOld)), associatedFiles };
};

async function packageOf({ deps }: RestCall, job: Job): Promise<PackageVersion | undefined> {
  const { package: name, version } = job.work.spec as DeploySpec;
  const found = version === undefined ? undefined : await deps.packages.version(name, version);
  if (found === undefined) await failed(deps, job, `Version ${version ?? ""} of the package ${name} is not there.`);
  return found;
}

function jobOf(
  { id }: Job,
  { files, checks, actions, userInteractions, wantsSoftware }: PackageVersion,
  isOld: boolean,
) {
  return {
    uuid: id,
    associatedFiles: files.map(({ sha512 }) => sha512),
    checks: isOld ? checks.map(forOld) : checks,
    actions: actions.map((action) => withChecks(action, isOld ? forOld : ofAction)),
    ...(userInteractions.length > 0 && { userinteractions: userInteractions }),
    ...(wantsSoftware && { requires: { "softwares-inventory": true } }),
  };
}

const associated = (file: PackageFile, mirrors: readonly string[]): AssociatedFile => ({
  name: file.name,
  mirrors,
  multiparts: file.parts.map(({ sha512 }) => sha512),
  p2p: file.p2p ? 1 : 0,
  "p2p-retention-duration": file.p2pRetentionMinutes,
  uncompress: file.uncompress ? 1 : 0,
});

const isSame = (a: AssociatedFile, b: AssociatedFile): boolean => JSON.stringify(a) === JSON.stringify(b);

/** An action with its own checks as `change` makes them. */
function withChecks(action: PackageAction, change: (check: PackageCheck) => PackageCheck): PackageAction {
  const [[name, step] = []] = Object.entries(action);
  if (name === undefined || step?.checks === undefined) return action;
  return { [name]: { ...step, checks: step.checks.map(change) } } as unknown as PackageAction;
}

const NOT_HELD: ReadonlySet<string> = new Set(["error", "ko", "abort"]);

/**
 * Whatever a check of an action says, only that action is left out. Agents report `error` just as they report a check of the
 * job, after which the job is over; `skip` does the same and is reported as what it is (Job.pm, skip_on_check_failure).
 */
const ofAction = (check: PackageCheck): PackageCheck =>
  NOT_HELD.has(check.return) ? { ...check, return: "skip" } : check;

const UNKNOWN_TO_OLD: ReadonlySet<string> = new Set(["skip", "info", "warning"]);

/** Before 2.2 the task knew fewer words. */
const forOld = (check: PackageCheck): PackageCheck =>
  UNKNOWN_TO_OLD.has(check.return) ? { ...check, return: "ignore" } : check;

/** @param version of the agent's task, such as `2.8`; who says none is taken for one of today */
export function isOldDeploy(version: string | null): boolean {
  const [, major, minor] = /^(\d{1,4})\.(\d{1,4})/.exec(version ?? "") ?? [];
  if (major === undefined) return false;
  return Number(major) < 2 || (Number(major) === 2 && Number(minor) < 2);
}
