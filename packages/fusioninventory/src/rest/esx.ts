import { GatehouseError } from "@gatehouse/core/errors";
import type { EsxSpec } from "@gatehouse/core/jobs";
import { withCredentials } from "../options/hand-out.js";
import { onlyGet, type RestHandler } from "./call.js";
import { jobOf, type WriteJobs } from "./caller.js";
import { messageIn, nothing, say, wordIn } from "./said.js";

/** ESX jobs as agents read them, with the credential opened (wire/fusioninventory.md section 6). */
export const esxJobs: WriteJobs = async ({ deps }, { agent }, taken) => {
  const { handed, opened } = await withCredentials(deps, agent, taken);
  if (handed.length === 0) return undefined;
  return {
    jobs: handed.map(({ id, work }) => {
      const { host, credential } = work.spec as EsxSpec;
      const { username, secret } = opened(credential);
      return { uuid: id, host, user: username, password: secret };
    }),
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
