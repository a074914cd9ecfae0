import { type JobWork, jobEventStatuses, jobSpecSchemas, jobStates, jobTasks } from "@gatehouse/core/jobs";
import {
  boolean,
  described,
  integer,
  listOf,
  looseObject,
  moment,
  named,
  nullable,
  object,
  oneOf,
  type Schema,
  text,
} from "../operation/schema.js";
import { next } from "./common.js";

/** Nodes that an order names one by one, at the most: each is looked up. For more there are groups. */
export const MOST_NAMED_NODES = 1000;
/** Of an order: letters, digits, dots, _ and -; no UUID, which would be taken for an order's id. */
export const ORDER_NAME =
  "^(?![0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$)[A-Za-z0-9._-]{1,100}$";
const MOST_SECONDS = 366 * 86_400;

export const JobTask = named(
  "JobTask",
  described("The agent's task that does it. `wake`: the agent is to come now.", oneOf(jobTasks)),
);
export const JobState = named(
  "JobState",
  described(
    "prepared: not handed over yet; sent: handed over, and the agent said nothing of it; running; then how it ended. skipped: the agent found that there was nothing to do; timed-out: it was not taken, or not ended, in its time.",
    oneOf(jobStates),
  ),
);

const workOf = (task: JobWork["task"]) =>
  named(`${task[0]?.toUpperCase()}${task.slice(1)}Work`, {
    json: {
      type: "object",
      additionalProperties: false,
      required: ["task", "spec"],
      properties: { task: { const: task }, spec: jobSpecSchemas[task] },
    },
    components: {},
  });
const works = jobTasks.map(workOf);

/** What is to be done: each task has a spec of its own. */
export const Work: Schema<JobWork> = named("JobWork", {
  json: { description: "What is to be done.", oneOf: works.map(({ json }) => json) },
  components: Object.assign({}, ...works.map(({ components }) => components)),
});

/** JSON Schemas of what an order says beside its work and its target; files of documents have them too. */
export const orderFields = {
  notBefore: { type: "string", format: "date-time", maxLength: 40, description: "Jobs are due from then on." },
  perMinute: {
    ...{ type: "integer", minimum: 1, maximum: 1_000_000 },
    description: "Jobs are not all due at once: this many in a minute, in the order of their nodes' names.",
  },
  waitSeconds: {
    ...{ type: "integer", minimum: 1, maximum: MOST_SECONDS },
    description:
      "From when a job is due: who does not take it in this time does not get it; 30 days unless said, of a wake one.",
  },
  silenceSeconds: {
    ...{ type: "integer", minimum: 1, maximum: MOST_SECONDS },
    description:
      "A job that was handed over, and of which nothing is said for so long, has timed out; 4 hours unless said.",
  },
  wake: { type: "boolean", description: "The agents are woken when their jobs are due." },
} as const;

const reference = text({ minLength: 1, maxLength: 255, description: "Name, id or alias." });

export const NewJobOrder = named(
  "NewJobOrder",
  object(
    { work: Work },
    {
      name: text({ pattern: ORDER_NAME, description: "Unique among orders that have one." }),
      nodes: listOf(reference, { minItems: 1, maxItems: MOST_NAMED_NODES, description: "For these; or `group`." }),
      group: text({ minLength: 1, maxLength: 255, description: "For its active nodes as it is now; or `nodes`." }),
      notBefore: text(orderFields.notBefore),
      perMinute: integer(orderFields.perMinute),
      waitSeconds: integer(orderFields.waitSeconds),
      silenceSeconds: integer(orderFields.silenceSeconds),
      wake: boolean(orderFields.wake),
    },
  ),
);

const count = integer({ minimum: 0 });
export const JobCounts = named(
  "JobCounts",
  described("Jobs by their state, none left out but those that are 0.", {
    ...object({}, Object.fromEntries(jobStates.map((state) => [state, count]))),
  }) as Schema<Partial<Record<(typeof jobStates)[number], number>>>,
);

const orderSummary = {
  id: text(),
  name: nullable(text()),
  task: JobTask,
  group: nullable(text({ description: "For which it was made, as it was then; null for nodes that were named." })),
  nodes: nullable(integer({ description: "How many nodes it names; null for a group." })),
  notBefore: nullable(moment()),
  perMinute: nullable(integer()),
  waitSeconds: integer({ description: "Of one that nobody takes." }),
  silenceSeconds: integer({ description: "Of one that was handed over." }),
  wake: boolean({ description: "Its agents are woken when their jobs are due." }),
  createdAt: moment(),
  createdBy: text(),
  counts: JobCounts,
};
const JobOrderSummary = named("JobOrderSummary", object(orderSummary));
export const JobOrderPage = named("JobOrderPage", object({ orders: listOf(JobOrderSummary), next }));
export const JobOrder = named("JobOrder", object({ ...orderSummary, work: Work }));

const LeftNode = named(
  "LeftNode",
  object({
    nodeId: text(),
    name: text(),
    why: described(
      "no-agent: it has none that could do it; not-active: it is in quarantine or out of service.",
      oneOf(["no-agent", "not-active"]),
    ),
  }),
);
export const CreatedJobOrder = named(
  "CreatedJobOrder",
  object({
    order: JobOrder,
    jobs: integer({ description: "That were made." }),
    left: listOf(LeftNode, { description: "Nodes that get none, at most 100 of them." }),
    leftCount: integer({ description: "How many get none." }),
  }),
);

export const CancelledJobs = named(
  "CancelledJobs",
  object({ cancelled: integer({ description: "Jobs that were open." }) }),
);

const waitCodes = [
  "not-due",
  "not-seen-since",
  "node-not-active",
  "quarantined",
  "module-missing",
  "task-off",
  "not-proven",
  "not-asked",
  "no-answer",
] as const;

const jobFields = {
  id: text({ description: "Who knows it may speak of the job where a protocol tells nothing else." }),
  number: integer({ description: "For protocols that name jobs by a number." }),
  orderId: text(),
  orderName: nullable(text()),
  nodeId: text(),
  nodeName: text(),
  agentId: text(),
  task: JobTask,
  state: JobState,
  dueAt: moment(),
  createdAt: moment(),
  createdBy: text(),
  sentAt: nullable(moment({ description: "When it was handed over last." })),
  timesSent: integer({ description: "Again where no word of it came." }),
  startedAt: nullable(moment()),
  heardAt: nullable(moment({ description: "When the agent spoke of it last." })),
  endedAt: nullable(moment()),
  reason: nullable(text({ description: "Of one that ended: why, as far as it is known." })),
  waitsBecause: described(
    "Of one that waits: why its agent has not taken it yet.",
    nullable(
      named("WaitReason", object({ code: oneOf(waitCodes), text: text({ description: "A sentence for a person." }) })),
    ),
  ),
};
const JobSummary = named("JobSummary", object(jobFields));
export const JobPage = named("JobPage", object({ jobs: listOf(JobSummary), next }));
export const Job = named("Job", object({ ...jobFields, work: Work }));

const JobEvent = named(
  "JobEvent",
  object(
    {
      seq: integer(),
      at: moment(),
      by: oneOf(["agent", "gatehouse", "operator"]),
      step: nullable(text({ description: "The agent's, such as `checking`; null at the end, and for what we say." })),
      about: nullable(text({ description: "Such as `check 1`, `action 2`, `answer`; null: the job." })),
      status: nullable(oneOf(jobEventStatuses)),
      message: nullable(text()),
    },
    { data: looseObject({ description: "What it brought, named by whoever sent it." }) },
  ),
);
export const JobEventPage = named("JobEventPage", object({ events: listOf(JobEvent), next }));

export const WakeNode = named(
  "WakeNode",
  object(
    {},
    {
      tasks: listOf(text({ pattern: "^[A-Za-z][A-Za-z0-9_-]{0,49}$" }), {
        minItems: 1,
        maxItems: 20,
        description: "What the agent runs then, in this order; `inventory` unless said.",
      }),
      waitSeconds: integer({
        ...orderFields.waitSeconds,
        description: "Who does not come in this time is not waited for any more; a day unless said.",
      }),
    },
  ),
);
