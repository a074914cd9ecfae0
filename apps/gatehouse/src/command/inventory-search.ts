import type { InventoryHit } from "@gatehouse/client";
import type { Command } from "commander";
import { type CommandContext, sessionOf } from "./context.js";
import { sorted } from "./inventory-text.js";
import { table } from "./output.js";
import { follow, goesOn, type PageFlags, paged } from "./pages.js";

/** `gatehouse inventory search` */
export function searchCommand(inventory: Command, context: CommandContext): void {
  const search = inventory
    .command("search")
    .description("the nodes whose inventory fits every condition")
    .argument("<condition...>", "section.field=value, such as softwares.name=openssl softwares.version='3.0.*'");
  paged(search).action(async (where: string[], flags: PageFlags, command: Command) => {
    const session = sessionOf(command, context);
    const page = await follow(flags, async (part) => {
      const params = { query: { ...part, where } };
      const { hits, next } = await session.ask((api) => api.GET("/inventory", { params }));
      return { items: hits, next };
    });
    session.show({ hits: page.items, next: page.next }, () => hitsText(page.items) + goesOn(page));
  });
}

/** Entries of a node that a table shows; `--json` has all. */
const MOST_FOUND = 5;

/** An entry to a line; the name stands before the first of each node. */
export function hitsText(hits: readonly InventoryHit[]): string {
  const rows = hits.flatMap(({ nodeName, nodeId, found }) => {
    const shown = found.slice(0, MOST_FOUND).map(({ section, entry }) => [section, entryText(entry)]);
    if (found.length > MOST_FOUND) shown.push(["", `and ${found.length - MOST_FOUND} more`]);
    const lines = shown.length === 0 ? [["", ""]] : shown;
    return lines.map((line, index) => [index === 0 ? nodeName : " ", ...line, index === 0 ? nodeId : " "]);
  });
  return table(["NODE", "IN", "FOUND", "ID"], rows, "No node has what fits.");
}

const entryText = (entry: Readonly<Record<string, string>>): string =>
  sorted(Object.keys(entry))
    .map((field) => `${field}=${entry[field]}`)
    .join(" ");
