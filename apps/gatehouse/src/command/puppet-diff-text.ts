import type { NodeChange } from "@gatehouse/client";
import { differencesText, logText } from "./catalog-text.js";
import { printable } from "./output.js";

/** Names that one heading has. */
const MOST_NAMES = 20;

export interface Changes {
  readonly name: string;
  /** That agents get now. */
  readonly version: number | null;
  readonly dir: string;
  /** Nodes that could have been looked at. */
  readonly total: number;
  /** Nodes that were to be looked at. */
  readonly chosen: number;
  readonly changes: readonly NodeChange[];
}

/** Whether a node gets a catalog now, and would get none. */
export const hasNewFailure = ({ before, after }: NodeChange): boolean => before.error === null && after.error !== null;

/** What would change, with nodes of equal changes together; those of which nothing differs come last. */
export function changesText({ name, version, dir, total, chosen, changes }: Changes): string {
  const from = version === null ? `${name}, which was never deployed` : `${name}, version ${version}`;
  const cut = chosen < total ? `${chosen} of ${total} nodes (more: --limit)` : nodes(chosen);
  const left = chosen - changes.length;
  const head = `${printable(from)} -> ${printable(dir)}: ${cut}\n`;
  const together = new Map<string, NodeChange[]>();
  for (const change of changes) {
    const text = changeText(change, name);
    const others = together.get(text);
    if (others === undefined) together.set(text, [change]);
    else others.push(change);
  }
  const same = together.get("");
  together.delete("");
  const blocks = [...together].map(([text, of]) => `\n${namesOf(of)}\n${text}`);
  if (same !== undefined) blocks.push(`\n${namesOf(same)}\n  nothing differs\n`);
  if (left > 0) blocks.push(`\n${nodes(left)} not tried: the code takes too long.\n`);
  return [head, ...blocks].join("");
}

function changeText({ environment, before, after, logs, differences }: NodeChange, name: string): string {
  const elsewhere = environment === name ? "" : `  gets ${printable(environment)} now\n`;
  const log = logText("Said anew:", logs, after.error);
  const result =
    differences === null
      ? failureText(reasonOf(before), reasonOf(after))
      : differencesText(differences) || (elsewhere === "" && log === "" ? "" : "  nothing differs\n");
  return `${elsewhere}${result}${log}`;
}

/** Without the node's own name, which stands above. */
const reasonOf = ({ error }: NodeChange["after"]) => error?.replace(/ on node \S+$/, "") ?? null;

function failureText(before: string | null, after: string | null): string {
  if (after === null) return `  would get a catalog, and gets none now: ${printable(before)}\n`;
  if (before === null) return `  would get no catalog any more: ${printable(after)}\n`;
  return before === after
    ? `  gets no catalog, now as then: ${printable(after)}\n`
    : `  gets no catalog now: ${printable(before)}\n  and would get none: ${printable(after)}\n`;
}

/** `web01, web02 and 48 others` */
function namesOf(changes: readonly NodeChange[]): string {
  const names = changes.map(({ node }) => printable(node.name));
  const shown = names.slice(0, MOST_NAMES).join(", ");
  const others = names.length - MOST_NAMES;
  const more = others > 0 ? ` and ${others} ${others === 1 ? "other" : "others"}` : "";
  return `${shown}${more}${changes.length > 1 ? ` (${nodes(changes.length)})` : ""}`;
}

const nodes = (count: number) => `${count} ${count === 1 ? "node" : "nodes"}`;
