import type { NodeFacts } from "@gatehouse/client";
import type { Command } from "commander";
import { type CommandContext, sessionOf } from "./context.js";
import { inline, pairs, printable } from "./output.js";
import { whenAndAgo } from "./when.js";

/** `gatehouse node facts` */
export function factsCommand(node: Command, context: CommandContext): void {
  node
    .command("facts")
    .description("what a node says about itself, a fact to a line")
    .argument("<node>", "name, id or alias")
    .argument("[path]", "only what is below this path, such as os.release")
    .action(async (reference: string, path: string | undefined, _, command: Command) => {
      const session = sessionOf(command, context);
      const params = { path: { node: reference } };
      const found = await session.ask((api) => api.GET("/nodes/{node}/facts", { params }));
      session.show(found, () => factsText(found, path));
    });
}

/** By source, each fact with its path; a list is one value. */
export function factsText({ facts: sources }: NodeFacts, path?: string): string {
  if (sources.length === 0) return "It has said nothing about itself yet.\n";
  const parts = sources.map(({ source, facts, seenAt }) => {
    const rows = leaves(facts).filter(([name]) => path === undefined || name === path || name.startsWith(`${path}.`));
    return rows.length === 0 ? "" : `${printable(source)}, ${whenAndAgo(seenAt)}\n${pairs(rows)}`;
  });
  const text = parts.filter((part) => part !== "").join("\n");
  return text === "" ? `It says nothing about ${printable(path)}.\n` : text;
}

function leaves(tree: Readonly<Record<string, unknown>>, above = ""): [string, string][] {
  return Object.entries(tree)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, value]): [string, string][] => {
      const path = above === "" ? name : `${above}.${name}`;
      const isBranch = typeof value === "object" && value !== null && !Array.isArray(value);
      if (isBranch && Object.keys(value).length > 0) return leaves(value as Readonly<Record<string, unknown>>, path);
      return [[path, value === "" ? '""' : inline(value)]];
    });
}
