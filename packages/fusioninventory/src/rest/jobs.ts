import { GatehouseError } from "@gatehouse/core/errors";
import type { JobTask } from "@gatehouse/core/jobs";
import type { AgentAnswer } from "@gatehouse/http";
import { json } from "../replies.js";
import { onlyGet, type RestHandler } from "./call.js";
import { askForProof, callerOf, type WriteJobs } from "./caller.js";
import { collectJobs } from "./collect/jobs.js";
import { deployJobs } from "./deploy/jobs.js";
import { esxJobs } from "./esx.js";
import { networkJobs } from "./network/jobs.js";
import { nothing } from "./said.js";

/** Jobs in one answer: an agent does all of them, and asks for the others in its next run. */
const MOST_JOBS = 100;

/** By the path's task, which is the job's. */
const writers: ReadonlyMap<string, readonly [JobTask, WriteJobs]> = new Map([
  ["deploy", ["deploy", deployJobs]],
  ["collect", ["collect", collectJobs]],
  ["esx", ["esx", esxJobs]],
  ["netdiscovery", ["netdiscovery", networkJobs]],
  ["snmpquery", ["netinventory", networkJobs]],
  ["netinventory", ["netinventory", networkJobs]],
]);

/**
 * getJobs: hands over what waits for the caller, of the task that the path names (wire/fusioninventory.md sections 4 to 6).
 * An agent without work, one that nobody knows and one that is not let in yet get the same.
 * @throws request-malformed without a machineid, and for a path that names no task; not-found for a task without jobs
 */
export const getJobs: RestHandler = async (call): Promise<AgentAnswer> => {
  onlyGet(call);
  if (call.task === undefined) throw new GatehouseError("request-malformed", "The path names no task.");
  const found = writers.get(call.task);
  if (found === undefined) throw new GatehouseError("not-found", "This task has no jobs here.");
  const [task, write] = found;
  const caller = await callerOf(call);
  if (!caller?.agent.hasWork) return nothing;
  const jobs = await call.deps.work.take(caller.agent, task, caller, MOST_JOBS);
  if (jobs.length === 0 && !caller.isProven)
    askForProof(call, task, (await call.deps.work.workFor(caller.agent, caller)).withheld);
  const answer = jobs.length === 0 ? undefined : await write(call, caller, jobs);
  return answer === undefined ? nothing : json(200, answer);
};
