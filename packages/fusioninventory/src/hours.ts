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
