import type { NodeState } from "../nodes/index.js";
import type { JobState, JobTask, WaitReason } from "./types.js";

/** What is known of a job that waits, and of its agent. */
export interface Waiting {
  readonly task: JobTask;
  readonly state: JobState;
  readonly dueAt: Date;
  readonly nodeState: NodeState;
  readonly lastSeen: Date | null;
  /** What the agent said that it has; empty where it never said. In any case. Whole where the inventory is among it. */
  readonly installedTasks: readonly string[];
  /** Of these, what it runs; empty where it never said. */
  readonly enabledTasks: readonly string[];
  /** It asked for the job and did not prove who it is. */
  readonly isUnproven: boolean;
  readonly timesSent: number;
}

/**
 * Why an agent has not taken its job, or says nothing of it (wire/fusioninventory.md section 8: operators of other servers
 * never learn). Pure.
 * @returns null for a job that runs or has ended
 */
export function whyWaiting(job: Waiting, now: Date): WaitReason | null {
  if (job.state !== "prepared" && job.state !== "sent") return null;
  if (job.nodeState === "quarantined")
    return { code: "quarantined", text: "The node is in quarantine: nobody let it in yet." };
  if (job.nodeState === "deactivated")
    return { code: "node-not-active", text: "The node is deactivated: its agents are refused." };
  if (job.dueAt > now) return { code: "not-due", text: `It is not due before ${job.dueAt.toISOString()}.` };
  if (job.state === "sent" && job.task === "wake")
    return {
      code: "no-answer",
      text: `Waking the agent was tried ${times(job.timesSent)}, and it has not come yet: the job's story says how that went.`,
    };
  if (job.state === "sent")
    return {
      code: "no-answer",
      text: `It was handed over ${times(job.timesSent)}, and the agent said nothing of it: an agent that rejects an answer tells nobody but its log.`,
    };
  if (job.isUnproven)
    return {
      code: "not-proven",
      text: "The agent asked for work without a proof of who it is, or not over TLS: it needs a login or a certificate, and https.",
    };
  if (job.lastSeen === null || job.lastSeen < job.dueAt)
    return {
      code: "not-seen-since",
      text: `The agent was not seen since the job is due; ${job.lastSeen === null ? "it never was" : `last ${job.lastSeen.toISOString()}`}.`,
    };
  if (job.task === "wake") return { code: "not-asked", text: "No way of waking the agent was tried yet." };
  const has = (tasks: readonly string[]) => tasks.some((name) => name.toLowerCase() === job.task);
  if (isWhole(job.installedTasks) && !has(job.installedTasks))
    return { code: "module-missing", text: `The agent has no task ${job.task}.` };
  if (job.enabledTasks.length > 0 && !has(job.enabledTasks))
    return { code: "task-off", text: `The task ${job.task} is switched off on the machine.` };
  return { code: "not-asked", text: `The agent was here, and did not ask for work of the task ${job.task}.` };
}

const times = (count: number): string => (count === 1 ? "once" : `${count} times`);

/** FusionInventory agents say one task at a time, and only those of REST: what is not there is known where the inventory is. */
const isWhole = (tasks: readonly string[]): boolean => tasks.some((name) => name.toLowerCase() === "inventory");
