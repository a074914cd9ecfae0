import type { IdentityChange } from "@gatehouse/client";
import type { Command } from "commander";
import { counted } from "../server/doctor/words.js";
import { type CommandContext, sessionOf } from "./context.js";
import { printable, table } from "./output.js";
import { follow, goesOn, type PageFlags, paged } from "./pages.js";
import { when } from "./when.js";

/** `gatehouse node merge` and `gatehouse node split` */
export function mergeCommands(node: Command, context: CommandContext): void {
  node
    .command("merge")
    .description("take a node into another: they are one machine; can be undone")
    .argument("<node>", "the node that stays: name, id or alias")
    .argument("<from>", "the node that goes")
    .action(async (reference: string, from: string, _, command: Command) => {
      const session = sessionOf(command, context);
      const params = { path: { node: reference } };
      const change = await session.ask((api) => api.POST("/nodes/{node}/merge", { params, body: { from } }));
      session.show(change, () => `${changeText(change)}${undoLine(change)}`);
    });
  node
    .command("split")
    .description("take agents off a node onto a new one: they are two machines; can be undone")
    .argument("<node>", "name, id or alias")
    .requiredOption("--agent <alias...>", "an agent that goes, by an alias or its id; may be given again")
    .action(async (reference: string, { agent }: { agent: string[] }, command: Command) => {
      const session = sessionOf(command, context);
      const params = { path: { node: reference } };
      const change = await session.ask((api) => api.POST("/nodes/{node}/split", { params, body: { agents: agent } }));
      session.show(change, () => `${changeText(change)}${undoLine(change)}`);
    });
}

/** `gatehouse node changes` and `gatehouse node undo` */
export function undoCommands(node: Command, context: CommandContext): void {
  const changes = node
    .command("changes")
    .description("merges and splits, newest first")
    .argument("[node]", "only those of this node: name, id or alias");
  paged(changes).action(async (reference: string | undefined, flags: PageFlags, command: Command) => {
    const session = sessionOf(command, context);
    const filter = reference === undefined ? {} : { node: reference };
    const page = await follow(flags, async (part) => {
      const params = { query: { ...filter, ...part } };
      const { changes: items, next } = await session.ask((api) => api.GET("/identity-changes", { params }));
      return { items, next };
    });
    session.show({ changes: page.items, next: page.next }, () => changesText(page.items) + goesOn(page));
  });
  node
    .command("undo")
    .description("make a merge or a split undone")
    .argument("<change>", "its id, as `node changes` shows it")
    .action(async (change: string, _, command: Command) => {
      const session = sessionOf(command, context);
      const params = { path: { change } };
      const done = await session.ask((api) => api.POST("/identity-changes/{change}/undo", { params }));
      session.show(done, () => `Undone: ${changeText(done)}`);
    });
}

export function changeText({ kind, node, other, agents }: IdentityChange): string {
  const moved = counted(agents.length, "agent");
  return kind === "merge"
    ? `${printable(other.name)} went into ${printable(node.name)} (${node.id}), with ${moved}.\n`
    : `${printable(node.name)} gave ${moved} to the new node ${printable(other.name)} (${other.id}).\n`;
}

const undoLine = ({ id }: IdentityChange) => `Undo it: gatehouse node undo ${id}\n`;

export const changesText = (changes: readonly IdentityChange[]): string =>
  table(
    ["ID", "WHEN", "WHAT", "NODE", "OTHER", "AGENTS", "BY", "UNDONE"],
    changes.map(({ id, at, kind, node, other, agents, by, undoneAt, undoneBy }) => [
      id,
      when(at),
      kind,
      node.name,
      other.name,
      agents.length,
      by,
      undoneAt === null ? null : `${when(undoneAt)} by ${undoneBy}`,
    ]),
    "Nobody merged or split a node.",
  );
