import { GatehouseError } from "@gatehouse/core/errors";
import type { JobView } from "@gatehouse/core/jobs";
import type { ApiDeps } from "../deps.js";
import { given, page } from "../models/common.js";
import { CancelledJobs, Job, JobEventPage, JobPage, JobState, JobTask } from "../models/job.js";
import { json, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { optional } from "../operation/parameters.js";
import { text } from "../operation/schema.js";
import { gone, NODE_PART, nodeOf } from "../resolve.js";
import { orderOf } from "./job-orders.js";

const JOB_PART = "Its id.";
const reference = text({ minLength: 1, maxLength: 255 });

export const listJobs = operation({
  id: "api.jobs.list",
  method: "GET",
  path: "/jobs",
  parts: {},
  summary: "Jobs, newest first, with why those that wait do",
  // Who knows an open job's id may speak for its agent where the protocol asks for nothing else: that is no reading.
  role: "operator",
  query: {
    ...page(500),
    order: optional("Of this order: name or id.", reference),
    node: optional(`Of this node: ${NODE_PART.toLowerCase()}`, reference),
    state: optional("In this state.", JobState),
    task: optional("Of this task.", JobTask),
  },
  answers: { 200: json("A page of jobs.", JobPage) },
  refusals: [404, 409],
  handle:
    (deps) =>
    async ({ query: { limit, after, order, node, state, task } }) => {
      const orderId = order === undefined ? undefined : (await orderOf(deps, order)).id;
      const nodeId = node === undefined ? undefined : (await nodeOf(deps, node)).id;
      const found = await deps.jobs.list(given({ orderId, nodeId, state, task }), { limit, ...given({ after }) });
      return ok({ jobs: found.jobs.map(jobSummary), next: found.next });
    },
});

export const showJob = operation({
  id: "api.jobs.show",
  method: "GET",
  path: "/jobs/{job}",
  parts: { job: JOB_PART },
  summary: "One job, with what is to be done, and why it waits if it does",
  role: "operator",
  answers: { 200: json("The job.", Job) },
  handle:
    (deps) =>
    async ({ path }) => {
      const job = await jobOf(deps, path.job);
      return ok({ ...jobSummary(job), waitsBecause: await whyItWaits(deps, job), work: job.work });
    },
});

export const listJobEvents = operation({
  id: "api.jobs.events",
  method: "GET",
  path: "/jobs/{job}/events",
  parts: { job: JOB_PART },
  summary: "What was said of a job, by its agent and by the gateway, in its order",
  role: "operator",
  query: page(1000),
  answers: { 200: json("A page of it.", JobEventPage) },
  handle:
    (deps) =>
    async ({ path, query: { limit, after } }) => {
      const { id } = await jobOf(deps, path.job);
      return ok(await deps.jobs.events(id, { limit, ...given({ after }) }));
    },
});

export const cancelJob = operation({
  id: "api.jobs.cancel",
  method: "POST",
  path: "/jobs/{job}/cancel",
  parts: { job: JOB_PART },
  summary: "End a job that is open; what runs on the machine already is not stopped",
  role: "operator",
  answers: { 200: json("One.", CancelledJobs) },
  refusals: [409],
  handle:
    (deps) =>
    async ({ path, actor }) => {
      const { id, orderId, nodeId, work } = await jobOf(deps, path.job);
      const cancelled = await deps.jobs.cancel({ jobId: id }, actor);
      if (cancelled === 0) {
        const { state } = await jobOf(deps, id);
        throw new GatehouseError("conflict", `The job has ended already: ${state}.`);
      }
      const detail = { job: id, node: nodeId, task: work.task, jobs: cancelled };
      await deps.audit.record({ actor, action: "job.cancel", subject: orderId, detail });
      return ok({ cancelled });
    },
});

async function jobOf({ jobs }: ApiDeps, id: string): Promise<JobView> {
  const job = await jobs.find(id);
  if (job === undefined) throw gone("job");
  return job;
}

/** Without its spec, which may be long. */
function jobSummary({ work, ...job }: JobView) {
  const { id, number, orderId, orderName, nodeId, nodeName, agentId, state, dueAt, createdAt, createdBy } = job;
  const { sentAt, timesSent, startedAt, heardAt, endedAt, reason, waitsBecause } = job;
  return {
    ...{
      id,
      number,
      orderId,
      orderName,
      nodeId,
      nodeName,
      agentId,
      task: work.task,
      state,
      dueAt,
      createdAt,
      createdBy,
    },
    ...{ sentAt, timesSent, startedAt, heardAt, endedAt, reason, waitsBecause },
  };
}

/** An agent that was here and did not ask may have been told so by a group of its node's. */
async function whyItWaits({ assignments, protocols }: ApiDeps, { nodeId, work, waitsBecause }: JobView) {
  if (waitsBecause?.code !== "not-asked" || work.task === "wake") return waitsBecause;
  const settings = (await assignments.explain(nodeId))?.settings ?? [];
  const off = protocols.flatMap(({ taskSwitchedOff }) => taskSwitchedOff?.(work.task, settings) ?? []);
  if (off.length === 0) return waitsBecause;
  return { code: "task-off", text: `The task ${work.task} is switched off by ${off.join(", ")}.` } as const;
}
