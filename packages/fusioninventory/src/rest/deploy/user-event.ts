import { GatehouseError } from "@gatehouse/core/errors";
import type { JobSaid } from "@gatehouse/core/jobs";
import { onlyGet, type RestHandler } from "../call.js";
import { jobOf } from "../caller.js";
import { nothing, say, wordIn } from "../said.js";

/** When the agent asks a person and goes on only if that one lets it: at other times it says itself how the job ended. */
const STOPPING: ReadonlySet<string> = new Set(["before", "after_download"]);

/**
 * setUserEvent: what the person at the machine answered (wire/fusioninventory.md section 4). Where the answer is not to go
 * on, the agent leaves the job at that and says no more of it (Deploy.pm, next_on_usercheck).
 * @throws request-malformed, body-too-large for what no agent writes; not-found for a job that is not the caller's; conflict
 *   for one that has ended
 */
export const setUserEvent: RestHandler = async (call) => {
  onlyGet(call);
  const { query } = call.request;
  if (!query.get("machineid")) throw new GatehouseError("request-malformed", "The call names no machineid.");
  if (query.get("part") !== "job") throw new GatehouseError("request-malformed", "part is job.");
  const answer = {
    type: wordIn(query, "type"),
    event: wordIn(query, "event"),
    behavior: wordIn(query, "behavior"),
    user: wordIn(query, "user"),
  };
  const step = wordIn(query, "currentStep");
  if (answer.type === null || answer.event === null || answer.behavior === null)
    throw new GatehouseError("request-malformed", "A user event has a type, an event and a behavior.");
  const job = await jobOf(call, ["deploy"]);
  const message = `${answer.event}${answer.user === null ? "" : ` by ${answer.user}`}: ${answer.behavior}`;
  const said: JobSaid = { step, about: `user interaction ${answer.type}`, status: null, message, data: answer };
  const isLast = STOPPING.has(answer.type) && answer.behavior !== "continue";
  await say(call, job, isLast ? { ...said, end: "ko", reason: message } : said);
  return nothing;
};
