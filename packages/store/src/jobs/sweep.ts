import type { JobTask } from "@gatehouse/core/jobs";
import type { Database } from "../database.js";
import type { Run } from "../session.js";
import { asManyAsFit, endJobs, type JobEnd, reporting, TOLD, type Told } from "./ends.js";
import { WAITING, WAITING_JOBS, type WaitingRow, whyOf } from "./rows.js";
import { HANDED_OVER, LAST_HAND_OVER, WAKEONLAN_SECONDS } from "./work.js";

/** Jobs that one transaction looks at. */
const SOME = 500;

/** When a job's time is over, from what is known of it now. A wake waits for its agent, whatever was tried. */
const OVER_AT = `
  case when j.state = 'prepared' or j.task = 'wake' then j.due_at + make_interval(secs => o.wait_seconds)
       when j.task = 'wakeonlan' and j.state = 'sent' then j.sent_at + interval '${WAKEONLAN_SECONDS} seconds'
       when j.state = 'sent' then least(${LAST_HAND_OVER}, j.sent_at + make_interval(secs => o.silence_seconds))
       else greatest(j.sent_at, j.heard_at) + make_interval(secs => o.silence_seconds) end`;

/** What others hold is being spoken of, and has its turn in the next round. */
const LOOK = `
  select j.id, j.task, j.state as "jobState", j.due_at as "dueAt", ${WAITING}, o.silence_seconds as "silenceSeconds",
         ${OVER_AT} <= now() as "isOver", ${OVER_AT} as "overAt", ${TOLD}
  from ${WAITING_JOBS} where j.ended_at is null and j.look_at <= now() order by j.look_at limit ${SOME} for update of j skip locked`;

const LOOK_AGAIN = `
  update jobs j set look_at = l.at from unnest($1::uuid[], $2::timestamptz[]) as l (id, at) where j.id = l.id`;

interface LookedAt extends WaitingRow, Told {
  readonly id: string;
  readonly task: JobTask;
  readonly silenceSeconds: number;
  readonly isOver: boolean;
  readonly overAt: Date;
}

/** What a round ended. */
export interface Swept {
  readonly timedOut: number;
  /** Wake-on-LAN that was handed over: nothing more comes of it. */
  readonly done: number;
}

/** Ends the jobs whose time is over. By one gateway after another: what one holds the other passes. */
export async function endOverdueJobs(db: Database): Promise<Swept> {
  let swept: Swept = { timedOut: 0, done: 0 };
  for (;;) {
    const { isLast, timedOut, done } = await reporting(db, (run) => sweepSome(run, new Date()));
    swept = { timedOut: swept.timedOut + timedOut, done: swept.done + done };
    if (isLast) return swept;
  }
}

async function sweepSome(run: Run, now: Date): Promise<Swept & { readonly isLast: boolean }> {
  const rows = await run<LookedAt>(LOOK);
  const later = rows.filter(({ isOver }) => !isOver);
  if (later.length > 0) await run(LOOK_AGAIN, [later.map(({ id }) => id), later.map(({ overAt }) => overAt)]);
  const over = rows.filter(({ isOver }) => isOver);
  const ends = asManyAsFit(over).map((row) => endOf(row, now));
  await endJobs(run, ends, "gatehouse");
  const done = ends.filter(({ state }) => state === "ok").length;
  const isLast = rows.length < SOME && ends.length === over.length;
  return { isLast, timedOut: ends.length - done, done };
}

function endOf(row: LookedAt, now: Date): JobEnd {
  const { id, task, jobState: state, silenceSeconds } = row;
  if (task === "wakeonlan" && state === "sent") return { id, state: "ok", reason: HANDED_OVER };
  const why = whyOf(row, now);
  const because = why === null ? "" : ` ${why.text}`;
  const timedOut = (reason: string) => ({ id, state: "timed-out" as const, reason });
  if (task === "wake") return timedOut("The agent did not come in time.");
  if (state === "prepared") return timedOut(`Nobody took it in time.${because}`);
  if (state === "sent") return timedOut(because.trim());
  return timedOut(`The agent began with it, and then said nothing of it for ${silenceSeconds} seconds.`);
}
