import type { JobTask } from "@gatehouse/core/jobs";
import type { Schedule, ScheduleEntry } from "../settings.js";
import { type OwnTask, ownTask, ownTasks } from "../tasks.js";

/** One entry of a schedule, as agents read it. */
export interface ToldEntry extends ScheduleEntry {
  readonly task: string;
  readonly remote: string;
}

/** What a schedule is made of. */
export interface Told {
  /** As the agent names them; one: it asks for that alone. */
  readonly asked: readonly string[];
  /** What the agent's groups say. */
  readonly schedule: Schedule;
  /** Tasks that there is work for. */
  readonly work: readonly JobTask[];
  /** Where a task of ours is served, such as `https://gw.example.org/plugins/fusioninventory/b/deploy/`. */
  readonly remoteOf: (path: string) => string;
  /** Whether another server is asked for the work of a task of ours, whichever there is. */
  readonly isHandedOver: (path: string) => boolean;
}

/**
 * The schedule of an agent (decisions, row 22). Who asks for one task is told of that: an entry where there is work, or where
 * its groups say so. Else what is not told is off, so every task that is on is told, also one that was not asked for: the
 * inventory, what the groups name, and what there is work for. Pure.
 */
export function scheduleOf(told: Told): readonly ToldEntry[] {
  const { asked, schedule, work } = told;
  const names = new Map(asked.map((name) => [keyOf(name), name]));
  if (asked.length !== 1) {
    const isOn = ({ task, path }: OwnTask) => task === undefined || work.includes(task) || told.isHandedOver(path);
    for (const name of [...ownTasks.filter(isOn).map(({ name }) => name), ...Object.keys(schedule)])
      if (!names.has(keyOf(name))) names.set(keyOf(name), name);
  }
  return [...names.values()].flatMap((task) => entriesOf(task, told));
}

function entriesOf(name: string, { schedule, work, remoteOf, isHandedOver }: Told): ToldEntry[] {
  const own = ownTask(name);
  const said = Object.entries(schedule).find(([key]) => keyOf(key) === keyOf(name))?.[1];
  const isOn = own !== undefined && (own.task === undefined || work.includes(own.task) || isHandedOver(own.path));
  return (said ?? (isOn ? [{}] : [])).flatMap(({ periodicity, delayStartup, remote }: ScheduleEntry) => {
    const where = remote ?? (own && remoteOf(own.path));
    if (where === undefined) return [];
    return [
      {
        ...(periodicity !== undefined && { periodicity }),
        ...(delayStartup !== undefined && { delayStartup }),
        ...{ task: name, remote: where },
      },
    ];
  });
}

/** Of two names of one task the same. */
const keyOf = (name: string): string => ownTask(name)?.path ?? name.toLowerCase();
