import type { ApplyResult } from "@gatehouse/api";
import { printable } from "../command/output.js";

type Change = ApplyResult["changes"][number];
type Field = Change["fields"][number];

const SIGNS: Readonly<Record<Change["action"], string>> = { create: "+", update: "~", remove: "-", left: "!" };
/** Characters of a value that are shown. */
const SHOWN = 200;

/** What an apply did, a line for each thing. */
export function appliedText({ dryRun, changes, unchanged }: ApplyResult): string {
  const lines = changes.map((change) => printable(lineOf(change)));
  lines.push(`= ${unchanged} unchanged`);
  if (changes.some(({ action, note }) => action === "left" && note === "no file names it any more"))
    lines.push("What is marked ! is named by no file any more, and stays: --prune takes it away.");
  if (dryRun) lines.push("Nothing was changed: this is what would happen.");
  return `${lines.join("\n")}\n`;
}

function lineOf({ action, kind, name, fields, note }: Change): string {
  const head = `${SIGNS[action]} ${kind} ${name}`;
  if (note !== null) return `${head}: ${note}`;
  return fields.length === 0 ? head : `${head}: ${fields.map(fieldText).join("; ")}`;
}

function fieldText({ field, before, after, secret }: Field): string {
  if (secret === true) return `${field} (secret, changed)`;
  if (field === "sha256") return `${field} ${digest(before)} → ${digest(after)}`;
  return `${field} ${valueText(before)} → ${valueText(after)}`;
}

const digest = (value: unknown): string => `${String(value).slice(0, 12)}…`;

function valueText(value: unknown): string {
  const text = value === undefined ? "(none)" : (JSON.stringify(value) ?? "(none)");
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
