import type { CheckState, HealthCheck } from "@gatehouse/core/health";
import { counted } from "../../server/doctor/words.js";
import { printable } from "../output.js";

/** The checks of one place, under its heading. */
export interface Section {
  readonly heading: string;
  readonly checks: readonly HealthCheck[];
}

/** What the doctor says to a person: a line for each check, and below it what to do. */
export function examinationText(sections: readonly Section[]): string {
  const all = sections.flatMap(({ checks }) => checks);
  const width = Math.max(0, ...all.map(({ id }) => id.length));
  const texts = sections
    .filter(({ checks }) => checks.length > 0)
    .map(({ heading, checks }) => `${heading}\n${checks.map((check) => lineOf(check, width)).join("")}`);
  return `${[...texts, `${summaryOf(all)}\n`].join("\n")}`;
}

function lineOf({ id, state, finding, advice }: HealthCheck, width: number): string {
  const margin = " ".repeat("  warning  ".length + width + 2);
  const told = advice === null ? "" : `${margin}-> ${printable(advice)}\n`;
  return `  ${state.padEnd("warning".length)}  ${printable(id).padEnd(width)}  ${printable(finding)}\n${told}`;
}

function summaryOf(checks: readonly HealthCheck[]): string {
  const count = (wanted: CheckState) => checks.filter(({ state }) => state === wanted).length;
  const [failures, warnings] = [count("failed"), count("warning")];
  if (failures + warnings === 0) return "All is well.";
  return `${failures} failed, ${counted(warnings, "warning")}, ${count("ok")} ok.`;
}
