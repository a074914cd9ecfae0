import type { HealthCheck } from "@gatehouse/core/health";
import { ok, warning } from "./check.js";
import type { DoctorParts } from "./parts.js";
import { counted, lasting } from "./words.js";

/** Periods without a run after which a task counts as left undone. */
const PERIODS = 3;
/** Milliseconds: a runner that takes over from a stopped gateway needs a moment. */
const LEAST_MS = 120_000;

/** One check for each task that failed or was left undone; one that says so when all went well. */
export async function schedulerChecks(
  { schedule, taskRuns, startedAt }: Pick<DoctorParts, "schedule" | "taskRuns" | "startedAt">,
  now: Date,
): Promise<HealthCheck[]> {
  const runs = new Map((await taskRuns()).map((run) => [run.name, run]));
  const found = schedule.flatMap(({ name, everySeconds }): HealthCheck[] => {
    const id = `task:${name}`;
    const run = runs.get(name);
    if (run !== undefined && run.error !== null)
      return [
        warning(
          id,
          `The task ${name} failed ${lasting(now.getTime() - run.startedAt.getTime())} ago: ${run.error}`,
          `It is tried again every ${lasting(everySeconds * 1000)}; the gateway's log has more.`,
        ),
      ];
    // What was due while no gateway ran is not overdue before this one had time for it.
    const since = Math.max(run?.startedAt.getTime() ?? 0, startedAt.getTime());
    if (now.getTime() - since <= Math.max(PERIODS * everySeconds * 1000, LEAST_MS)) return [];
    const last = run === undefined ? "never ran" : `last ran ${lasting(now.getTime() - run.startedAt.getTime())} ago`;
    return [
      warning(
        id,
        `The task ${name} ${last}; it is due every ${lasting(everySeconds * 1000)}.`,
        "One gateway of all those on the database runs the tasks: look at their logs, and start the one again that does not get on.",
      ),
    ];
  });
  return found.length > 0
    ? found
    : [ok("scheduler", `${counted(schedule.length, "task runs", "tasks run")} as planned.`)];
}
