const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** @param delay as the protocol has them: `30s`, `24h`; hours where it says no unit. @returns seconds */
export const secondsOf = (delay: string): number => Number.parseInt(delay, 10) * (SECONDS[delay.at(-1) ?? "h"] ?? 3600);

/** The longer one of two. */
export const longer = (a: string, b: string): string => (secondsOf(a) >= secondsOf(b) ? a : b);
