import type { InventoryDifferences } from "@gatehouse/client";
import type { Command } from "commander";
import { type CommandContext, type Session, sessionOf } from "./context.js";
import { CommandError, EXIT } from "./errors.js";
import { changesText, shortened } from "./history.js";
import { several } from "./options.js";
import { section, table } from "./output.js";
import { follow, goesOn, type PageFlags, paged } from "./pages.js";
import { moment, when } from "./when.js";

interface Flags extends PageFlags {
  readonly since?: string;
  readonly section?: readonly string[];
}

/** `gatehouse inventory diff` */
export function diffCommand(inventory: Command, context: CommandContext): void {
  const diff = inventory
    .command("diff")
    .description("what changed in a node's inventory, or what is other in another node's")
    .argument("<node>", "name, id or alias")
    .argument("[other]", "the node to compare it to")
    .option("--since <time>", "of one node: only changes since: 2h, 3d, 2026-03-01, 2026-03-01T10:00Z", (text) =>
      moment(text),
    )
    .option("--section <section>", "only in this, such as softwares; may be given again", several);
  paged(diff).action(async (node: string, other: string | undefined, flags: Flags, command: Command) => {
    const session = sessionOf(command, context);
    if (other === undefined) return showChanges(session, node, flags);
    const { since, limit, after, all } = flags;
    if ([since, limit, after, all].some((flag) => flag !== undefined))
      throw new CommandError("Two nodes are compared as they are now: without --since and pages.", EXIT.usage);
    const query = { to: other, ...(flags.section === undefined ? {} : { sections: flags.section.join(",") }) };
    const params = { path: { node }, query };
    const found = await session.ask((api) => api.GET("/nodes/{node}/inventory/differences", { params }));
    session.show(found, () => differencesText(found));
  });
}

async function showChanges(session: Session, node: string, flags: Flags): Promise<void> {
  const { since = "", section: sections } = flags;
  const page = await follow(flags, async (part) => {
    const params = { path: { node }, query: { ...part, subject: "inventory" } };
    const { changes, next } = await session.ask((api) => api.GET("/nodes/{node}/history", { params }));
    // Newest first: with the first that is too old, all that follow are.
    const recent = changes.filter(({ at }) => at >= since);
    const wanted = recent.filter(({ path }) => sections?.includes(path.split(".", 1)[0] ?? "") ?? true);
    return { items: wanted, next: recent.length < changes.length ? null : next };
  });
  session.show({ changes: page.items, next: page.next }, () => changesText(page.items) + goesOn(page));
}

/** What differs, a field to a line, with the nodes' names above their values. */
export function differencesText({ node, other, differences }: InventoryDifferences): string {
  if (differences.length === 0) return "Nothing differs. Uptime, load and free space are not compared.\n";
  const seen = [node, other].map(({ nodeName, seenAt }) => [nodeName, when(seenAt)]);
  const rows = differences.map((one) => [one.path, shortened(one, "node"), shortened(one, "other")]);
  return (
    table(["NODE", "SEEN"], seen, "") + section("Differences", table(["WHAT", node.nodeName, other.nodeName], rows, ""))
  );
}
