import { calledBelow } from "@gatehouse/http";
import { judged, parseDeviceId } from "@gatehouse/inventory";
import { json } from "../replies.js";
import { type AgentConfig, CONFIG, SCHEDULE, type Schedule } from "../settings.js";
import { ownTask } from "../tasks.js";
import { tasksAsked } from "./asked.js";
import { onlyGet, type RestCall, type RestHandler } from "./call.js";
import { askForProof, callerOf, mayBeAsked } from "./caller.js";
import { noteCall } from "./note.js";
import { scheduleOf } from "./schedule.js";

/** Seconds for which an answer holds unless a group says it; agents of today do not read it. */
const VALIDITY = 600;

/**
 * getConfig: every agent asks it in every run, once for each of its tasks (wire/fusioninventory.md section 2), or for all of them
 * at once, as the protocol's document has it. One that nobody knows, and one that is not let in yet, are told what a known one
 * without groups and without work is.
 * @throws request-malformed without a machineid; unauthenticated, forbidden: as `admit` of `@gatehouse/inventory`
 */
export const getConfig: RestHandler = async (call) => {
  onlyGet(call);
  const { deps, request } = call;
  const asked = tasksAsked(request.query);
  const caller = await callerOf(call);
  if (caller === undefined) {
    const deviceId = parseDeviceId(request.query.get("machineid"));
    await judged(deps, { known: undefined, deviceId }, call.proof, deps.access(request));
    return json(200, { ...toldOf({}), schedule: scheduleFor(call, asked, {}, []) });
  }
  const { agent } = caller;
  const settings = await deps.assignments.of(agent);
  await noteCall(call, agent, asked);
  const work = agent.hasWork ? await deps.work.workFor(agent, caller) : { tasks: [], withheld: [] };
  const [only, ...others] = asked;
  const isForOne = only !== undefined && others.length === 0;
  // Asked for one task it learns no less by being refused: nothing else would be in the answer.
  if (isForOne) askForProof(call, ownTask(only)?.task, work.withheld);
  // Who asks for all would lose the others by it: it is sent on, and refused where it asks for the jobs.
  const tasks = isForOne || !mayBeAsked(call) ? work.tasks : [...work.tasks, ...work.withheld];
  const schedule = scheduleFor(call, asked, (settings[SCHEDULE] ?? {}) as Schedule, tasks);
  return json(200, { ...toldOf((settings[CONFIG] ?? {}) as AgentConfig), schedule });
};

function scheduleFor(
  { deps, request }: RestCall,
  asked: readonly string[],
  schedule: Schedule,
  work: Parameters<typeof scheduleOf>[0]["work"],
) {
  const below = calledBelow(request);
  return scheduleOf({
    ...{ asked, schedule, work },
    // Without a query: agents put theirs behind whatever they are told.
    remoteOf: (path) => `${below}/plugins/fusioninventory/b/${path}/`,
    isHandedOver: (path) => Object.hasOwn(deps.config.handOver, path),
  });
}

const toldOf = ({ global, httpd, configValidityPeriod = VALIDITY, requireSSLClientCert }: AgentConfig) => ({
  configValidityPeriod,
  ...(global !== undefined && { global }),
  ...(httpd !== undefined && { httpd }),
  ...(requireSSLClientCert !== undefined && { requireSSLClientCert: requireSSLClientCert ? 1 : 0 }),
});
