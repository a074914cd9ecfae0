import type { Change } from "@gatehouse/client";
import type { Command } from "commander";
import { type CommandContext, sessionOf } from "./context.js";
import { inline, table } from "./output.js";
import { follow, goesOn, type PageFlags, paged } from "./pages.js";
import { when } from "./when.js";

interface Flags extends PageFlags {
  readonly subject?: string;
}

/** `gatehouse history` */
export function historyCommands(program: Command, context: CommandContext): void {
  const history = program
    .command("history")
    .description("what changed in what a node says about itself, newest first")
    .argument("<node>", "name, id or alias")
    .option("--subject <subject>", "only changes of this, such as facts");
  paged(history).action(async (node: string, flags: Flags, command: Command) => {
    const session = sessionOf(command, context);
    const { subject } = flags;
    const page = await follow(flags, async (part) => {
      const query = { ...part, ...(subject === undefined ? {} : { subject }) };
      const params = { path: { node }, query };
      const { changes, next } = await session.ask((api) => api.GET("/nodes/{node}/history", { params }));
      return { items: changes, next };
    });
    session.show({ changes: page.items, next: page.next }, () => changesText(page.items) + goesOn(page));
  });
}

/** Characters of a value in a table; `--json` has it as it is kept. */
const MOST_VALUE = 60;

export function changesText(changes: readonly Change[]): string {
  return table(
    ["WHEN", "SAID BY", "WHAT", "BEFORE", "AFTER"],
    changes.map((change) => [
      when(change.at),
      `${change.source} ${change.subject}`,
      change.path === "" ? "and more at once" : change.path,
      shortened(change, "before"),
      shortened(change, "after"),
    ]),
    "Nothing changed since it was first heard of. Uptime, load and free space are no changes.",
  );
}

/** A side of a difference in one line, cut; null where it is not there. */
export function shortened<K extends string>(change: { readonly [key in K]?: unknown }, side: K): string | null {
  if (!Object.hasOwn(change, side)) return null;
  const text = inline(change[side]);
  return text.length <= MOST_VALUE ? text : `${text.slice(0, MOST_VALUE - 1)}…`;
}
