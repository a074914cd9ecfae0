const SECONDS: ReadonlyMap<string, number> = new Map([
  ["s", 1],
  ["m", 60],
  ["h", 3600],
  ["d", 86_400],
]);

/**
 * A delay such as `30m` in hours, as PROLOG_FREQ counts: a fraction where need be.
 * @returns undefined for what is none
 */
export function hoursOf(delay: unknown): number | undefined {
  const [, digits, unit = ""] = (typeof delay === "string" && /^([1-9]\d{0,5})([smhd])$/.exec(delay)) || [];
  const seconds = SECONDS.get(unit);
  return seconds === undefined ? undefined : Number(((Number(digits) * seconds) / 3600).toFixed(4));
}

/** Seconds: who is to come sooner is not told to come in less. */
const LEAST_SECONDS = 60;

/**
 * When an agent is to come again: sooner where a job is due before.
 * @param hours at the latest
 * @param nextAt when its next job is due; null where there is none
 */
export function sooner(hours: number, nextAt: Date | null, now: Date): number {
  if (nextAt === null) return hours;
  const seconds = Math.max(LEAST_SECONDS, Math.ceil((nextAt.getTime() - now.getTime()) / 1000));
  return Math.min(hours, Number((seconds / 3600).toFixed(4)));
}
