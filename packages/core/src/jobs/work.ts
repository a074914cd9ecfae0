import type { KnownAgent } from "../nodes/index.js";
import type { EndedJobState, Job, JobEventSaid, JobTask } from "./types.js";

/** What waits for an agent. */
export interface AgentWork {
  /** Tasks that it has due jobs of that it may get now, in the order in which they should be run; `wake` is none of them. */
  readonly tasks: readonly JobTask[];
  /** Tasks that it has due jobs of that it may not get: it did not prove who it is, or not over TLS. */
  readonly withheld: readonly JobTask[];
  /** When the first job is due that is not yet. */
  readonly nextAt: Date | null;
}

/** Who asks for work. */
export interface WorkCaller {
  /** It proved who it is, over TLS, or need not (decisions, row 30): it gets jobs that run code or carry credentials too. */
  readonly isProven: boolean;
}

/** What an agent says of its job. */
export interface JobSaid extends JobEventSaid {
  /** How it ended; left out: it runs. */
  readonly end?: Extract<EndedJobState, "ok" | "ko" | "skipped">;
  /** Of one that ended: why, where it says so. */
  readonly reason?: string;
}

/**
 * noted: it is stored. over: the job has ended, and what is said of it now is stored nowhere. full: it said as much as a job
 * may; only its end is noted still.
 */
export type Heard = "noted" | "over" | "full";

/** Port: jobs as agents meet them. What is answered is committed before. */
export interface Work {
  /**
   * What waits for an agent that is here now; nothing is handed over by it. Jobs that woke it are done with that. Free of
   * cost for an agent without work (`KnownAgent.hasWork`).
   */
  workFor(agent: KnownAgent, caller: WorkCaller): Promise<AgentWork>;
  /**
   * Hands over the agent's due jobs of a task, in the order in which they were made: those that are prepared, and those that
   * were sent and of which no word came. What it may not get stays, with the reason.
   * @param most of them in one answer
   */
  take(agent: KnownAgent, task: JobTask, caller: WorkCaller, most: number): Promise<readonly Job[]>;
  /** A job and its agent, as protocols ask that name the job alone. @returns undefined for what is no job's id */
  find(jobId: string): Promise<{ readonly job: Job; readonly agent: KnownAgent } | undefined>;
  /** The agent's jobs of a task that were handed over and have not ended, in the order in which they were made. */
  handedOver(agentId: string, task: JobTask): Promise<readonly Job[]>;
  /** The agent's job with this number. */
  findNumber(agentId: string, number: number): Promise<Job | undefined>;
  /** Notes what the agent said; when it ends the job, its report is on its way with that. */
  say(job: Pick<Job, "id" | "agentId">, said: JobSaid): Promise<Heard>;
  /**
   * How many different things of a kind the agent told of: those that its events are about whose name begins with the kind and
   * a blank, such as `device 1, 192.0.2.1`. For jobs that end with the last of several.
   */
  tally(jobId: string, kind: string): Promise<JobTally>;
}

/** @see {@link Work.tally} */
export interface JobTally {
  readonly things: number;
  /** Of those the ones that were said to have gone wrong. */
  readonly failed: number;
}

/** An agent that is to be told to come. */
export interface Wake {
  readonly jobId: string;
  readonly agentId: string;
  readonly tasks: readonly string[];
}

/** A {@link Wake} for the agent's own port. */
export interface PortWake extends Wake {
  /** The address that it called from last, as we saw it; undefined where that is not known. */
  readonly address: string | undefined;
  /** As it announced it; undefined where it did not. */
  readonly port: number | undefined;
}

/** Port: agents that are to be woken. A wake has done its work when its agent comes ({@link Work.workFor}). */
export interface Wakes {
  /** Due wakes of agents that wait here: they are sent with that, and no other gateway gets them for a minute. */
  ofWaiting(agentIds: readonly string[]): Promise<readonly Wake[]>;
  /** Due wakes that no gateway held a wait for within a second, or that led to nothing in a minute; each agent's port once. */
  forPorts(most: number): Promise<readonly PortWake[]>;
  /** How a way of waking went, for operators: `way` such as `wait` or `port`. @param jobIds one, or several of which it went alike */
  told(
    jobIds: string | readonly string[],
    way: string,
    outcome: { readonly ok: boolean; readonly message: string },
  ): Promise<void>;
  /** When the next wake is due; null where there is none. */
  nextAt(): Promise<Date | null>;
}
