import type { ReportError } from "@gatehouse/core/reports";
import { type Json, MESSAGE_LENGTH, own, parseTime, textOf } from "./values.js";

/** The levels that say that something went wrong. */
const WRONG = new Set(["err", "alert", "emerg", "crit"]);
const LEVELS = ["debug", "info", "notice", "warning", "err", "alert", "emerg", "crit"] as const;
/** Lines that are kept in a report's own words; the submission has all. */
const MOST_WORDS = 20;

/** What a run's log says. */
export interface SaidLogs {
  /** Lines by their level, where there are any. */
  readonly levels: Readonly<Record<string, number>>;
  readonly wrong: readonly ReportError[];
  /** Warnings, and what went wrong, in a line each; what is said again is said once, with how often. */
  readonly words: readonly string[];
  readonly lastAt: Date | undefined;
}

export function logsSaid(logs: readonly Json[]): SaidLogs {
  const levels: Record<string, number> = {};
  const wrong: ReportError[] = [];
  const words = new Map<string, number>();
  let lastAt: Date | undefined;
  for (const line of logs) {
    const level = LEVELS.find((name) => name === own(line, "level"));
    const at = parseTime(own(line, "time"));
    if (at !== undefined && (lastAt === undefined || at > lastAt)) lastAt = at;
    if (level === undefined) continue;
    levels[level] = (levels[level] ?? 0) + 1;
    const message = textOf(own(line, "message"), MESSAGE_LENGTH);
    if (message === undefined) continue;
    const source = textOf(own(line, "source"));
    if (WRONG.has(level)) wrong.push({ message, resource: source?.includes("[") ? source : null, code: null });
    if (!WRONG.has(level) && level !== "warning") continue;
    const word = `${level} ${source ?? ""}: ${message.slice(0, 300)}`;
    const times = words.get(word) ?? 0;
    if (times > 0 || words.size < MOST_WORDS) words.set(word, times + 1);
  }
  const said = [...words].map(([word, times]) => (times === 1 ? word : `${word} (${times} times)`));
  return { levels, wrong, words: said, lastAt };
}
