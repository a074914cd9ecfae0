import {
  type Job,
  type JobOrder,
  type JobState,
  type JobTarget,
  type JobTask,
  type JobView,
  type JobWork,
  whyWaiting,
} from "@gatehouse/core/jobs";
import type { NodeState } from "@gatehouse/core/nodes";

/** The channel on which gateways hear that an order was made. */
export const JOBS_CHANNEL = "gatehouse_jobs";

/** The columns of a {@link JobRow}: of the job `j`, its order `o` and its agent `a`. */
export const JOB = `j.id, j.number::float8 as number, j.order_id as "orderId", j.agent_id as "agentId",
  a.node_id as "nodeId", j.task, o.task as "orderTask", o.spec, j.state as "jobState", j.due_at as "dueAt"`;

/** A job with its order and its agent. */
export const JOBS = "jobs j join job_orders o on o.id = j.order_id join agents a on a.id = j.agent_id";

export interface JobRow {
  readonly id: string;
  readonly number: number;
  readonly orderId: string;
  readonly agentId: string;
  readonly nodeId: string;
  readonly task: JobTask;
  readonly orderTask: JobTask;
  readonly spec: JobWork["spec"];
  readonly jobState: JobState;
  readonly dueAt: Date;
}

/** The wake that comes with another order's jobs is told of that order's task. */
export const workOf = ({ task, orderTask, spec }: Pick<JobRow, "task" | "orderTask" | "spec">): JobWork =>
  (task === "wake" && orderTask !== "wake" ? { task, spec: { tasks: [orderTask] } } : { task, spec }) as JobWork;

export const jobOf = (row: JobRow): Job => ({
  ...{ id: row.id, number: row.number, orderId: row.orderId, agentId: row.agentId, nodeId: row.nodeId },
  ...{ work: workOf(row), state: row.jobState, dueAt: row.dueAt },
});

/** What tells why a job waits: of {@link JOBS} with the node `n` and the contact `c`. */
export const WAITING = `n.state as "nodeState", c.last_seen as "lastSeen", a.traits -> 'installedTasks' as installed,
  a.traits -> 'enabledTasks' as enabled, j.is_unproven as "isUnproven", j.times_sent as "timesSent"`;
export const WAITING_JOBS = `${JOBS} join nodes n on n.id = a.node_id left join agent_contacts c on c.agent_id = a.id`;

export interface WaitingRow {
  readonly task: JobTask;
  readonly jobState: JobState;
  readonly dueAt: Date;
  readonly nodeState: NodeState;
  readonly lastSeen: Date | null;
  /** As the agent's traits have them. */
  readonly installed: unknown;
  readonly enabled: unknown;
  readonly isUnproven: boolean;
  readonly timesSent: number;
}

export const whyOf = (row: WaitingRow, now: Date) =>
  whyWaiting(
    {
      ...{ task: row.task, state: row.jobState, dueAt: row.dueAt, nodeState: row.nodeState, lastSeen: row.lastSeen },
      ...{ installedTasks: wordsOf(row.installed), enabledTasks: wordsOf(row.enabled) },
      ...{ isUnproven: row.isUnproven, timesSent: row.timesSent },
    },
    now,
  );

const wordsOf = (said: unknown): string[] =>
  Array.isArray(said) ? said.filter((word): word is string => typeof word === "string") : [];

/** The columns of a {@link JobViewRow}, of {@link WAITING_JOBS}. */
export const JOB_VIEW = `${JOB}, ${WAITING}, n.name as "nodeName", o.name as "orderName", o.created_at as "createdAt",
  o.created_by as "createdBy", j.sent_at as "sentAt", j.started_at as "startedAt", j.heard_at as "heardAt",
  j.ended_at as "endedAt", j.reason`;

export type JobViewRow = JobRow & WaitingRow & Omit<JobView, keyof Job | "waitsBecause">;

export function viewOf(row: JobViewRow, now: Date): JobView {
  const { nodeName, orderName, createdAt, createdBy, sentAt, timesSent, startedAt, heardAt, endedAt, reason } = row;
  return {
    ...jobOf(row),
    ...{ nodeName, orderName, createdAt, createdBy, sentAt, timesSent, startedAt, heardAt, endedAt, reason },
    waitsBecause: whyOf(row, now),
  };
}

/** The columns of an {@link OrderRow}, of `job_orders o`. Wakes that come with jobs of another task do not count. */
export const ORDER = `o.id, o.number::text as number, o.name, o.task, o.spec, o.target, o.not_before as "notBefore",
  o.per_minute as "perMinute", o.wait_seconds as "waitSeconds", o.silence_seconds as "silenceSeconds", o.wake,
  o.created_at as "createdAt", o.created_by as "createdBy",
  (select coalesce(jsonb_object_agg(s.state, s.count), '{}') from (
     select j.state, count(*)::int as count from jobs j where j.order_id = o.id and j.task = o.task group by j.state) s) as counts`;

export interface OrderRow extends Omit<JobOrder, "work" | "target"> {
  readonly number: string;
  readonly task: JobTask;
  readonly spec: JobWork["spec"];
  readonly target: JobTarget;
}

export function orderOf({ number: _, task, spec, wake, ...row }: OrderRow): JobOrder {
  return { ...row, work: { task, spec } as JobWork, ...(wake === true && { wake }) };
}
