import { GatehouseError } from "@gatehouse/core/errors";
import type { Job, JobTask, WorkCaller } from "@gatehouse/core/jobs";
import type { KnownAgent } from "@gatehouse/core/nodes";
import { cameByTls, noteCaller } from "@gatehouse/http";
import { admit, deviceIdAlias, isProven } from "@gatehouse/inventory";
import { ownTask } from "../tasks.js";
import type { RestCall } from "./call.js";

/** A known agent that is let in. */
export interface RestCaller extends WorkCaller {
  readonly agent: KnownAgent;
}

/** The same words for what is not there and for what is another's: who asks learns nothing by them. */
export const noJob = (): GatehouseError => new GatehouseError("not-found", "There is no such job.");

/**
 * The agent that a call names by its `machineid`, which is its deviceid.
 * @returns undefined for one that nobody knows, and for one that waits to be let in
 * @throws request-malformed without a machineid; unauthenticated, forbidden: as `admit` of `@gatehouse/inventory`
 */
export async function callerOf(call: RestCall): Promise<RestCaller | undefined> {
  const alias = deviceIdAlias(call.request.query.get("machineid") ?? "");
  const agent = await call.deps.registry.findAgent(alias);
  return agent === undefined ? undefined : letIn(call, agent, alias.value);
}

async function letIn(call: RestCall, agent: KnownAgent, deviceId: string): Promise<RestCaller | undefined> {
  const { deps, request, proof } = call;
  noteCaller(request, agent);
  if ((await admit(deps, { known: agent, deviceId }, proof, deps.access(request))) === "held") return undefined;
  deps.registry.touch(agent.agentId, deps.clock.now());
  const { agentId, deviceId: known } = agent.attributes;
  return { agent, isProven: isProven(deps, { proof, overTls: cameByTls(request.raw) }, [agentId, known]) };
}

/** Whether an agent may have a proof that nobody asked it for: not over plain HTTP, where that would be read by others. */
export const mayBeAsked = ({ proof, request }: RestCall): boolean => proof.way === "none" && cameByTls(request.raw);

/**
 * Asks for a proof where it is all that is missing: agents have a login, and show it to who asks for it alone (wire/glpi.md
 * section 7). Not over plain HTTP, where it would be read by others; and not of who proved something: it has no more to show.
 * @param withheld of the caller's jobs, that it may not get as it is
 * @throws unauthenticated
 */
export function askForProof(call: RestCall, task: JobTask | undefined, withheld: readonly JobTask[]): void {
  if (task === undefined || !withheld.includes(task) || !mayBeAsked(call)) return;
  throw new GatehouseError("unauthenticated", "Work of this task is for agents that prove who they are.", {
    detail: `rule: jobs of ${task} run code or carry credentials`,
  });
}

/** Writes jobs as the agents of a task read them; undefined where nothing is left of them. */
export type WriteJobs = (call: RestCall, caller: RestCaller, jobs: readonly Job[]) => Promise<object | undefined>;

/**
 * The job that a call is about: its caller's own, of a task that the action and the path are for, and handed over. Collect
 * names the job alone (wire/fusioninventory.md section 5), whose id is random.
 * @param uuid as the call says it: in its query unless told
 * @throws request-malformed without a uuid; not-found for any other job, the same for all; unauthenticated, forbidden: as
 *   {@link callerOf}
 */
export async function foundJob(
  call: RestCall,
  tasks: readonly JobTask[],
  uuid: string | null = call.request.query.get("uuid"),
): Promise<{ readonly job: Job; readonly agent: KnownAgent }> {
  if (!uuid) throw new GatehouseError("request-malformed", "The call names no job: uuid is missing.");
  const machineId = call.request.query.get("machineid");
  const caller = machineId === null ? undefined : await callerOf(call);
  const found = await call.deps.work.find(uuid);
  if (found === undefined || !isHandedOver(call, found.job, tasks)) throw noJob();
  if (machineId === null ? !(await isLetIn(call, found.agent)) : caller?.agent.agentId !== found.agent.agentId)
    throw noJob();
  return found;
}

/** The same without its agent. @throws as {@link foundJob} */
export const jobOf = async (...asked: Parameters<typeof foundJob>): Promise<Job> => (await foundJob(...asked)).job;

const isHandedOver = ({ task }: RestCall, { work, state }: Job, tasks: readonly JobTask[]): boolean =>
  state !== "prepared" && tasks.includes(work.task) && (task === undefined || ownTask(task)?.task === work.task);

/** Another's proof is answered as if there were no job; that one is missing has to be told, or nobody would show it. */
async function isLetIn(call: RestCall, agent: KnownAgent): Promise<boolean> {
  try {
    return (await letIn(call, agent, String(agent.attributes["deviceId"] ?? ""))) !== undefined;
  } catch (thrown) {
    if (thrown instanceof GatehouseError && thrown.code === "forbidden") return false;
    throw thrown;
  }
}
