import type { Spread } from "./stats.js";

/** A Markdown table with its columns aligned, so that it reads well on a terminal and can be pasted into a document. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(3, title.length, ...rows.map((row) => (row[i] ?? "").length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** `median (min–max)`, or a dash for what was not measured. */
export function show(value: Spread | null | undefined, digits: number): string {
  if (value == null) return "–";
  const text = (number: number) => number.toFixed(digits);
  return value.min === value.max ? text(value.median) : `${text(value.median)} (${text(value.min)}–${text(value.max)})`;
}
