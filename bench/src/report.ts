import { COLUMNS, type Row } from "./columns.js";
import type { Environment } from "./environment.js";
import { DIGITS, type Goal, type Verdict, verdictOf, wanted, withUnit } from "./goal.js";
import type { Settings } from "./settings.js";
import { show, table } from "./table.js";

/** One case: the servers that took turns in it, or the questions that were asked. */
export interface Case {
  readonly id: string;
  readonly title: string;
  /** What each row is; a server unless told. */
  readonly heading?: string;
  readonly rows: readonly Row[];
}

/** What a part of a benchmark found. */
export interface Findings {
  readonly goals: readonly Goal[];
  readonly cases: readonly Case[];
  /** What a reader must know of how it was found. */
  readonly notes?: readonly string[];
}

/** A benchmark's outcome, as its JSON file has it. */
export interface Report {
  readonly bench: string;
  readonly date: string;
  readonly environment: Environment;
  readonly settings: Settings;
  readonly notes: readonly string[];
  readonly goals: readonly (Goal & { readonly verdict: Verdict })[];
  readonly cases: readonly Case[];
}

/** Puts the parts of a run together. */
export function reportOf(
  bench: string,
  environment: Environment,
  settings: Settings,
  parts: readonly Findings[],
): Report {
  const goals = parts.flatMap((part) => part.goals).map((goal) => ({ ...goal, verdict: verdictOf(goal) }));
  const cases = parts.flatMap((part) => part.cases);
  const notes = parts.flatMap((part) => part.notes ?? []);
  return { bench, date: new Date().toISOString().slice(0, 10), environment, settings, notes, goals, cases };
}

/** The report for people. */
export function render({ bench, date, environment: on, settings, notes, goals, cases }: Report): string {
  const versions = `Gatehouse ${on.gatehouse}, Node.js ${on.node}, PostgreSQL ${on.postgresql}`;
  const head = `${bench}, ${date}: ${versions}, ${on.system}, ${on.cores} cores (${on.processor})`;
  const how = `${settings.rounds} rounds of ${settings.seconds} s, ${settings.connections} connections; median (min–max)`;
  const verdicts = table(
    ["Goal", "Wanted", "Measured", "Verdict", "Judged by", "Beside it"],
    goals.map((goal) => [
      goal.what,
      wanted(goal),
      withUnit(show(goal.measured, DIGITS[goal.unit]), goal.unit),
      goal.verdict,
      goal.judgedBy,
      Object.entries(goal.beside ?? {})
        .map(([name, value]) => `${name} ${show(value, DIGITS[goal.unit])}`)
        .join("; "),
    ]),
  );
  const missed = goals.filter(({ verdict }) => verdict === "MISSED").map(({ what }) => `  ${what}`);
  const end = missed.length === 0 ? "Every measured goal is met." : `MISSED:\n${missed.join("\n")}`;
  const quick = settings.quick ? ["A quick run: the numbers mean nothing."] : [];
  return `${[head, how, ...notes, ...cases.map(details), verdicts, end, ...quick].join("\n\n")}\n`;
}

function details({ title, heading = "Server", rows }: Case): string {
  const names = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];
  const shown = names.filter((name) => rows.some((row) => row[name] !== undefined));
  const lines = rows.map((row) => [row.name, ...shown.map((name) => show(row[name], COLUMNS[name][1]))]);
  return `${title}\n\n${table([heading, ...shown.map((name) => COLUMNS[name][0])], lines)}`;
}
