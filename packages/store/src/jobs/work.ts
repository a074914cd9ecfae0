import { GatehouseError } from "@gatehouse/core/errors";
import type { AgentWork, Heard, Job, JobSaid, JobTally, JobTask, Work, WorkCaller } from "@gatehouse/core/jobs";
import type { KnownAgent } from "@gatehouse/core/nodes";
import type { Database } from "../database.js";
import { KNOWN_AGENT } from "../nodes/known-agent.js";
import type { Run } from "../session.js";
import { isUuid } from "../uuid.js";
import { endJobs, reporting, reportJobs } from "./ends.js";
import { JOB, JOBS, type JobRow, jobOf } from "./rows.js";
import { eventRow, MOST_EVENTS, MOST_JOB_BYTES } from "./said.js";

/** Seconds for which a wake-on-LAN is handed over again: agents say nothing of it, and one that has it switches machines on. */
export const WAKEONLAN_SECONDS = 60;
export const HANDED_OVER = "Handed over; agents do not report on it.";
export const CAME = "The agent came.";

/** Wake-on-LAN that was handed over long enough ago. */
export const IS_WOKEN = `j.task = 'wakeonlan' and j.state = 'sent' and j.sent_at <= now() - interval '${WAKEONLAN_SECONDS} seconds'`;

/** By task: what may be handed over, and what a visit of the agent ends. */
const WAITING = {
  name: "jobs.waiting",
  text: `select j.task,
           min(j.number) filter (where j.due_at <= now() and (not o.needs_proof or $2) and not (${IS_WOKEN}))::float8 as first,
           min(j.due_at) filter (where j.due_at > now()) as "nextAt",
           coalesce(bool_or(j.due_at <= now() and o.needs_proof and not $2), false) as "isWithheld",
           coalesce(bool_or(j.due_at <= now() and o.needs_proof and not $2 and not j.is_unproven), false) as "isNews",
           coalesce(bool_or(j.due_at <= now() and (j.task = 'wake' or ${IS_WOKEN})), false) as "isDone"
         from jobs j join job_orders o on o.id = j.order_id
         where j.agent_id = $1 and j.ended_at is null and j.state <> 'running' group by j.task`,
};

interface WaitingTask {
  readonly task: JobTask;
  readonly first: number | null;
  readonly nextAt: Date | null;
  readonly isWithheld: boolean;
  /** That it is withheld is not noted yet. */
  readonly isNews: boolean;
  readonly isDone: boolean;
}

/** What is withheld says why, once. @see WaitReason */
const WITHHOLD = {
  name: "jobs.withhold",
  text: `update jobs j set is_unproven = true from job_orders o
         where j.agent_id = $1 and ($2::text is null or j.task = $2) and j.ended_at is null and j.state <> 'running' and j.due_at <= now()
           and not j.is_unproven and o.id = j.order_id and o.needs_proof`,
};

const DONE_BY_COMING = {
  name: "jobs.done-by-coming",
  text: `select j.id, j.task from jobs j where j.agent_id = $1 and j.ended_at is null and j.due_at <= now()
           and (j.task = 'wake' or ${IS_WOKEN}) order by j.number for update`,
};

/** Until when a job is handed over again of which no word comes: an agent that takes it each hour would else never lose it. */
export const LAST_HAND_OVER = "j.due_at + make_interval(secs => o.wait_seconds + o.silence_seconds)";

/** Several that ask at once take turns: whoever comes second finds the job sent, and gets it again while no word came. */
const TAKE = {
  name: "jobs.take",
  text: `with due as (
           select j.id from jobs j join job_orders o on o.id = j.order_id
           where j.agent_id = $1 and j.task = $2 and j.ended_at is null and j.state <> 'running' and j.due_at <= now()
             and (not o.needs_proof or $3) and not (${IS_WOKEN})
           order by j.number limit $4 for update of j
         ), taken as (
           update jobs j set state = 'sent', sent_at = date_trunc('milliseconds', now()), times_sent = j.times_sent + 1,
             is_unproven = false, look_at = least(${LAST_HAND_OVER},
               now() + make_interval(secs => case when j.task = 'wakeonlan' then ${WAKEONLAN_SECONDS} else o.silence_seconds end))
           from due, job_orders o where j.id = due.id and o.id = j.order_id returning j.*
         )
         select ${JOB} from taken j join job_orders o on o.id = j.order_id join agents a on a.id = j.agent_id order by j.number`,
};

const FIND = {
  name: "jobs.find-with-agent",
  text: `select ${JOB}, ${KNOWN_AGENT} from ${JOBS} join nodes n on n.id = a.node_id where j.id = $1`,
};
const HANDED_OVER_JOBS = {
  name: "jobs.handed-over",
  text: `select ${JOB} from ${JOBS} where j.agent_id = $1 and j.task = $2 and j.ended_at is null and j.state in ('sent', 'running')
         order by j.number limit 100`,
};
const FIND_NUMBER = {
  name: "jobs.find-number",
  text: `select ${JOB} from ${JOBS} where j.agent_id = $1 and j.number = $2`,
};

const TALLY = {
  name: "jobs.tally",
  text: `select count(distinct about)::int as things, count(distinct about) filter (where status = 'ko')::int as failed
         from job_events where job_id = $1 and by = 'agent' and starts_with(about, $2)`,
};

/** All of it in one statement: the row is held before the line gets its number. */
const SAY = {
  name: "jobs.say",
  text: `with job as (
           select id, state, ended_at, events, events >= ${MOST_EVENTS} or event_bytes + $8 > ${MOST_JOB_BYTES} as is_full
           from jobs where id = $1 and agent_id = $2 and state <> 'prepared' for update
         ), noted as (
           insert into job_events (job_id, seq, by, step, about, status, message, data)
           select id, events + 1, 'agent', $3, $4, $5, case when is_full then left($6, 1000) else $6 end,
                  case when is_full then null else $7::jsonb end
           from job where ended_at is null and (not is_full or $9::text is not null) returning 1
         ), moved as (
           update jobs j set heard_at = date_trunc('milliseconds', now()),
             started_at = coalesce(j.started_at, date_trunc('milliseconds', now())),
             state = coalesce($9, 'running'), ended_at = case when $9 is not null then date_trunc('milliseconds', now()) end,
             reason = $10, events = job.events + (select count(*) from noted),
             event_bytes = j.event_bytes + case when job.is_full then 0 else $8 end
           from job where j.id = job.id and job.ended_at is null
         ) select ended_at is not null as "isOver", is_full and $9 is null as "isFull" from job`,
};

/**
 * {@link Work} on PostgreSQL.
 * @param onEnded called after a commit that ended jobs: their reports wait in the inbox
 */
export function createAgentWork(db: Database, onEnded: () => void = () => undefined): Work {
  const endByComing = async (agentId: string) => {
    const ended = await reporting(db, async (run) => {
      const done = await run<{ id: string; task: JobTask }>(DONE_BY_COMING, [agentId]);
      const ends = done.map(({ id, task }) => ({
        ...{ id, state: "ok" as const, reason: task === "wake" ? CAME : HANDED_OVER },
      }));
      return endJobs(run, ends, "gatehouse");
    });
    if (ended.length > 0) onEnded();
  };

  return {
    async workFor({ agentId, hasWork, state }: KnownAgent, { isProven }: WorkCaller): Promise<AgentWork> {
      if (!hasWork || isOut(state)) return { tasks: [], withheld: [], nextAt: null };
      const waiting = await db.read<WaitingTask>(WAITING, [agentId, isProven]);
      if (waiting.some(({ isDone }) => isDone)) await endByComing(agentId);
      if (waiting.some(({ isNews }) => isNews)) await db.run(WITHHOLD, [agentId, null]);
      const due = waiting.filter(
        (task): task is WaitingTask & { readonly first: number } => task.first !== null && task.task !== "wake",
      );
      const times = waiting.flatMap(({ nextAt }) => (nextAt === null ? [] : [nextAt.getTime()]));
      return {
        tasks: due.sort((a, b) => a.first - b.first).map(({ task }) => task),
        withheld: waiting.filter(({ isWithheld }) => isWithheld).map(({ task }) => task),
        nextAt: times.length === 0 ? null : new Date(Math.min(...times)),
      };
    },

    async take({ agentId, state }: KnownAgent, task: JobTask, { isProven }: WorkCaller, most: number): Promise<Job[]> {
      if (task === "wake" || isOut(state)) return [];
      if (!isProven) await db.run(WITHHOLD, [agentId, task]);
      return (await db.run<JobRow>(TAKE, [agentId, task, isProven, most])).map(jobOf);
    },

    async find(jobId) {
      if (!isUuid(jobId)) return undefined;
      const [row] = await db.read<JobRow & KnownAgent>(FIND, [jobId]);
      if (row === undefined) return undefined;
      const { agentId, nodeId, attributes, settings, state, trust, revision, groupsRevision, hasWork } = row;
      const agent = { agentId, nodeId, attributes, settings, state, trust, revision, groupsRevision, hasWork };
      return { job: jobOf(row), agent };
    },

    async handedOver(agentId, task) {
      if (!isUuid(agentId)) return [];
      return (await db.read<JobRow>(HANDED_OVER_JOBS, [agentId, task])).map(jobOf);
    },

    async findNumber(agentId, number) {
      if (!isUuid(agentId) || !Number.isSafeInteger(number)) return undefined;
      const [row] = await db.read<JobRow>(FIND_NUMBER, [agentId, number]);
      return row && jobOf(row);
    },

    async tally(jobId, kind) {
      if (!isUuid(jobId)) return { things: 0, failed: 0 };
      const [row] = await db.read<JobTally>(TALLY, [jobId, `${kind} `]);
      if (row === undefined) throw new Error("a count returned no row");
      return row;
    },

    async say(job, said) {
      if (!isUuid(job.id) || !isUuid(job.agentId)) throw noJob();
      const saying = (run: Run) => say(run, job, said);
      if (said.end === undefined) return saying((statement, values) => db.run(statement, values));
      const heard = await reporting(db, saying);
      if (heard === "noted") onEnded();
      return heard;
    },
  };
}

/** Nothing is handed to machines that are out of service, and to those that nobody let in. */
const isOut = (state: KnownAgent["state"]): boolean => state === "quarantined" || state === "deactivated";

const noJob = () => new GatehouseError("not-found", "There is no such job.");

/** @throws not-found for a job of another agent, and for one that was not handed over */
async function say(run: Run, { id, agentId }: Pick<Job, "id" | "agentId">, said: JobSaid): Promise<Heard> {
  const { step, about, status, message, data, bytes, reason } = eventRow(said);
  const [row] = await run<{ isOver: boolean; isFull: boolean }>(SAY, [
    ...[id, agentId, step, about, status, message, data, bytes],
    ...[said.end ?? null, said.end === undefined ? null : reason],
  ]);
  if (row === undefined) throw noJob();
  if (row.isOver) return "over";
  if (said.end !== undefined) await reportJobs(run, [id]);
  return row.isFull ? "full" : "noted";
}
