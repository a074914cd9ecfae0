import type { FusionConfig, ScheduleEntry } from "./config.js";

interface Planned {
  readonly entry: ScheduleEntry;
  /** Milliseconds; undefined: it had its run, and has no other. */
  at: number | undefined;
}

/** Seconds for which a configuration holds that does not say it. */
const VALIDITY = 600;

/** Whether two lines are the same one of two configurations. */
const keyOf = ({ task, remote, periodicity, delayStartup }: ScheduleEntry): string =>
  JSON.stringify([task, remote, periodicity, delayStartup]);

/**
 * When each line of a schedule is due. A line that a new configuration still has keeps its time: one that is due in an hour
 * would never be run where configurations hold for ten minutes.
 */
export class Plan {
  #planned: Planned[] = [];
  #until = 0;

  /** Milliseconds until which the configuration holds. */
  get until(): number {
    return this.#until;
  }

  /** What happens next: a line is due, or the configuration has to be asked for again. */
  get nextAt(): number {
    return Math.min(this.#until, ...this.#planned.flatMap(({ at }) => (at === undefined ? [] : [at])));
  }

  /** Takes a configuration in the place of the last one: what it does not list is off. */
  take({ schedule, configValidityPeriod = VALIDITY }: FusionConfig, now: number): void {
    const before = [...this.#planned];
    this.#until = now + configValidityPeriod * 1000;
    this.#planned = schedule.map((entry) => {
      const index = before.findIndex((one) => keyOf(one.entry) === keyOf(entry));
      const [known] = index < 0 ? [] : before.splice(index, 1);
      const { delayStartup, periodicity = 0 } = entry;
      return known ?? { entry, at: now + (delayStartup ?? periodicity) * 1000 };
    });
  }

  /** What is due, in the order of the schedule; each is due again one periodicity later. */
  due(now: number): ScheduleEntry[] {
    return this.#planned.flatMap((planned) => {
      if (planned.at === undefined || planned.at > now) return [];
      const { periodicity = 0 } = planned.entry;
      planned.at = periodicity === 0 ? undefined : now + periodicity * 1000;
      return [planned.entry];
    });
  }
}
