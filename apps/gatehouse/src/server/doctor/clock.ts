import type { DatabaseFacts, HealthCheck } from "@gatehouse/core/health";
import { failed, ok, warning } from "./check.js";
import { lasting } from "./words.js";

/**
 * Whether the database and this process agree on the time: what was accepted when is the database's word, what has
 * expired is ours.
 * @param now this process's time just after the database answered
 */
export function clockCheck({ now: theirs, milliseconds }: Pick<DatabaseFacts, "now" | "milliseconds">, now: Date) {
  return judgeClock("clock", "The database's clock", theirs.getTime() - (now.getTime() - milliseconds / 2), {
    warningMs: 5_000,
    failedMs: 60_000,
    advice: "Let NTP set both machines' clocks: times in reports and what has expired depend on them.",
  });
}

/** One clock against ours. @param aheadMs how far it is ahead; negative when it is behind */
export function judgeClock(
  id: string,
  whose: string,
  aheadMs: number,
  limits: { readonly warningMs: number; readonly failedMs: number; readonly advice: string },
): HealthCheck {
  const off = Math.abs(aheadMs);
  const finding =
    off < 1_000
      ? `${whose} and this machine's agree.`
      : `${whose} is ${lasting(off)} ${aheadMs > 0 ? "ahead of" : "behind"} this machine's.`;
  if (off > limits.failedMs) return failed(id, finding, limits.advice);
  if (off > limits.warningMs) return warning(id, finding, limits.advice);
  return ok(id, finding);
}
