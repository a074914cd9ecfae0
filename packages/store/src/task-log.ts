import type { TaskLog, TaskRun } from "@gatehouse/core/schedule";
import { cleanText } from "./clean.js";
import type { Database } from "./database.js";

// "tick" in ASCII: held by the one gateway that runs the scheduled tasks.
const RUNNER_LOCK = 0x7469636b;

/** {@link TaskLog} on PostgreSQL: the runner is whoever holds a lock, and its connection with it. */
export function createTaskLog(db: Database): TaskLog {
  const session = db.session("gatehouse-scheduler");
  let runner = false;

  return {
    async campaign() {
      if (runner && session.connected) {
        await session.run("select 1");
        return true;
      }
      await session.connect();
      const [row] = await session.run<{ held: boolean }>("select pg_try_advisory_lock($1) as held", [RUNNER_LOCK]);
      runner = row?.held === true;
      return runner;
    },

    list: () =>
      db.run<TaskRun>(
        `select name, started_at as "startedAt", ended_at as "endedAt", error from scheduled_tasks order by name`,
      ),

    async started(name) {
      await db.run(
        `insert into scheduled_tasks (name, started_at) values ($1, now())
         on conflict (name) do update set started_at = now(), ended_at = null`,
        [name],
      );
    },

    async ended(name, error) {
      await db.run("update scheduled_tasks set ended_at = now(), error = $2 where name = $1", [
        name,
        error === null ? null : cleanText(error).slice(0, 1_000),
      ]);
    },

    async resign() {
      runner = false;
      await session.close();
    },
  };
}
