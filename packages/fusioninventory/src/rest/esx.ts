import type { Credential } from "@gatehouse/core/credentials";
import { GatehouseError } from "@gatehouse/core/errors";
import type { EsxSpec, Job } from "@gatehouse/core/jobs";
import { auditHandedOut } from "@gatehouse/inventory";
import { onlyGet, type RestHandler } from "./call.js";
import { jobOf, type WriteJobs } from "./caller.js";
import { failed } from "./failed.js";
import { messageIn, nothing, say, wordIn } from "./said.js";

/** ESX jobs as agents read them, with the credential opened (wire/fusioninventory.md section 6). */
export const esxJobs: WriteJobs = async ({ deps }, { agent }, taken) => {
  const opened: { job: Job; spec: EsxSpec; credential: Credential }[] = [];
  for (const job of taken) {
    const spec = job.work.spec as EsxSpec;
    const credential = await deps.credentials.get(spec.credential);
    if (credential?.kind === "password") opened.push({ job, spec, credential });
    else await failed(deps, job, `There is no password under the name ${spec.credential}.`);
  }
  if (opened.length === 0) return undefined;
  const names = opened.map(({ credential }) => credential.name);
  await auditHandedOut(
    deps.audit,
    agent,
    names,
    opened.map(({ job }) => job.id),
  );
  return {
    jobs: opened.map(({ job: { id }, spec: { host }, credential: { username, secret } }) => ({
      ...{ uuid: id, host, user: username, password: secret },
    })),
  };
};

/**
 * setLog: how it went with the hosts of an ESX job. Their inventories came before it, to the server's own address.
 * @throws request-malformed, body-too-large for what no agent writes; not-found for a job that is not the caller's; conflict
 *   for one that has ended
 */
export const setLog: RestHandler = async (call) => {
  onlyGet(call);
  const { query } = call.request;
  if (!query.get("machineid")) throw new GatehouseError("request-malformed", "The call names no machineid.");
  const code = query.get("code");
  if (code !== "ok" && code !== "ko") throw new GatehouseError("request-malformed", "code is ok or ko.");
  const [step, message] = [wordIn(query, "part"), messageIn(query, "msg")];
  const job = await jobOf(call, ["esx"]);
  const reason = message ?? (step === null ? undefined : `${step} failed`);
  await say(call, job, {
    ...{ step, about: null, status: code, message, end: code },
    ...(code === "ko" && reason !== undefined && { reason }),
  });
  return nothing;
};
