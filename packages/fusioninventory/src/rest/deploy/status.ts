import { GatehouseError } from "@gatehouse/core/errors";
import { type Job, type JobEventStatus, type JobSaid, jobEventStatuses } from "@gatehouse/core/jobs";
import { onlyGet, type RestCall, type RestHandler } from "../call.js";
import { jobOf } from "../caller.js";
import { messageIn, nothing, say, wordIn } from "../said.js";

const malformed = (message: string) => new GatehouseError("request-malformed", message);

/**
 * setStatus: one line of a deployment's story, and at last how it ended (wire/fusioninventory.md section 4).
 * @throws request-malformed, body-too-large for what no agent writes; not-found for a job or a file that is not the caller's;
 *   conflict for a job that has ended
 */
export const setStatus: RestHandler = async (call) => {
  onlyGet(call);
  const { query } = call.request;
  if (!query.get("machineid")) throw malformed("The call names no machineid.");
  const status = statusIn(query);
  const part = query.get("part");
  if (part !== "job" && part !== "file") throw malformed("part is job or file.");
  const base = { step: wordIn(query, "currentStep"), status, message: messageIn(query, "msg") };
  const numbers = { check: numberIn(query, "checknum"), action: numberIn(query, "actionnum") };
  const job = await jobOf(call, ["deploy"]);
  const said = part === "file" ? await ofFile(call, job, base) : ofJob(base, numbers);
  await say(call, job, said);
  return nothing;
};

type Base = Pick<JobSaid, "step" | "status" | "message">;

/** That a file did not come, wherever it was looked for, is the last thing that an agent says (recording fi-deploy-parts-missing). */
async function ofFile({ deps, request }: RestCall, { work }: Job, base: Base): Promise<JobSaid> {
  const sha512 = request.query.get("sha512");
  if (!sha512) throw malformed("A file is named by its sha512.");
  const version =
    work.task === "deploy" && work.spec.version !== undefined
      ? await deps.packages.version(work.spec.package, work.spec.version)
      : undefined;
  const file = version?.files.find((one) => one.sha512 === sha512);
  if (file === undefined) throw new GatehouseError("not-found", "There is no such file in the job.");
  const said = { ...base, about: `file ${file.name}` };
  return base.status === "ko" ? ended(said, "ko") : said;
}

function ofJob(base: Base, numbers: Numbers): JobSaid {
  const { status, step, message } = base;
  const said = { ...base, about: aboutOf(base, numbers) };
  if (status === "ko") return ended(said, "ko");
  if (status !== "ok") return said;
  if (message === "job skipped") return ended(said, "skipped");
  return step === null ? ended(said, "ok") : said;
}

function ended(said: JobSaid, end: NonNullable<JobSaid["end"]>): JobSaid {
  return { ...said, end, ...(said.message !== null && { reason: said.message }) };
}

interface Numbers {
  readonly check: number | undefined;
  readonly action: number | undefined;
}

/** Agents leave out the number of the first check and of the first action: it is 0. */
function aboutOf({ step, message, status }: Base, { check, action }: Numbers): string | null {
  if (step === "checking") {
    const isFirst = check === undefined && message?.startsWith("check #1,");
    return isFirst || check !== undefined ? `check ${(check ?? 0) + 1}` : null;
  }
  if (action !== undefined) return `action ${action + 1}`;
  return step === "processing" && (status !== null || message !== null) ? "action 1" : null;
}

function statusIn(query: URLSearchParams): JobEventStatus | null {
  const said = query.get("status") || null;
  const status = jobEventStatuses.find((one) => one === said);
  if (said !== null && status === undefined) throw malformed(`status is one of ${jobEventStatuses.join(", ")}.`);
  return status ?? null;
}

function numberIn(query: URLSearchParams, name: string): number | undefined {
  const said = query.get(name);
  if (said === null || said === "") return undefined;
  if (!/^\d{1,5}$/.test(said)) throw malformed(`${name} is a number.`);
  return Number(said);
}
