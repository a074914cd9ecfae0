import type { Environment } from "./environment.js";
import { type Goal, type Verdict, verdictOf, wanted } from "./goal.js";
import type { Row } from "./rounds.js";
import type { Settings } from "./settings.js";
import { show, table } from "./table.js";

/** One case: the servers that took turns in it. */
export interface Case {
  readonly id: string;
  readonly title: string;
  readonly rows: readonly Row[];
}

/** What a part of a benchmark found. */
export interface Findings {
  readonly goals: readonly Goal[];
  readonly cases: readonly Case[];
}

/** A benchmark's outcome, as its JSON file has it. */
export interface Report {
  readonly bench: string;
  readonly date: string;
  readonly environment: Environment;
  readonly settings: Settings;
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
  return { bench, date: new Date().toISOString().slice(0, 10), environment, settings, goals, cases };
}

/** The report for people. */
export function render({ bench, date, environment: on, settings, goals, cases }: Report): string {
  const versions = `Gatehouse ${on.gatehouse}, Node.js ${on.node}, PostgreSQL ${on.postgresql}`;
  const head = `${bench}, ${date}: ${versions}, ${on.system}, ${on.cores} cores (${on.processor})`;
  const how = `${settings.rounds} rounds of ${settings.seconds} s, ${settings.connections} connections; median (min–max)`;
  const digits = (goal: Goal) => (goal.unit === "MB" ? 0 : 2);
  const verdicts = table(
    ["Goal", "Wanted", "Measured", "Verdict", "Judged by", "Beside it"],
    goals.map((goal) => [
      goal.what,
      wanted(goal),
      `${show(goal.measured, digits(goal))}${goal.unit === "" ? "" : ` ${goal.unit}`}`,
      goal.verdict,
      goal.judgedBy,
      Object.entries(goal.beside ?? {})
        .map(([name, value]) => `${name} ${show(value, digits(goal))}`)
        .join("; "),
    ]),
  );
  const details = cases.map(
    ({ title, rows }) =>
      `${title}\n\n${table(
        ["Server", "Requests/s", "Server CPU µs", "PostgreSQL CPU µs", "p50 ms", "p99 ms"],
        rows.map((row) => [
          row.name,
          show(row.requestsPerSecond, 0),
          show(row.serverCpuMicroseconds, 0),
          show(row.postgresCpuMicroseconds, 0),
          show(row.p50Milliseconds, 1),
          show(row.p99Milliseconds, 1),
        ]),
      )}`,
  );
  const missed = goals.filter(({ verdict }) => verdict === "MISSED").map(({ what }) => `  ${what}`);
  const end = missed.length === 0 ? "Every measured goal is met." : `MISSED:\n${missed.join("\n")}`;
  const quick = settings.quick ? ["A quick run: the numbers mean nothing."] : [];
  return `${[head, how, ...details, verdicts, end, ...quick].join("\n\n")}\n`;
}
