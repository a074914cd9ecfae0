import type { AuditEvent } from "@gatehouse/client";
import type { Command } from "commander";
import { type CommandContext, sessionOf } from "./context.js";
import { inline, table } from "./output.js";
import { follow, goesOn, type PageFlags, paged } from "./pages.js";
import { moment, when } from "./when.js";

interface Flags extends PageFlags {
  readonly actor?: string;
  readonly action?: string;
  readonly subject?: string;
  readonly since?: string;
  readonly until?: string;
}

/** `gatehouse audit …` */
export function auditCommands(program: Command, context: CommandContext): void {
  const list = program
    .command("audit")
    .description("who did what")
    .command("list")
    .description("what operators did, newest first")
    .option("--actor <name>", "only what this token did")
    .option("--action <text>", "only actions that begin so, such as node.")
    .option("--subject <id>", "only what was done to this")
    .option("--since <time>", "only what was done since: 2h, 3d, 2026-03-01, 2026-03-01T10:00Z", (text) => moment(text))
    .option("--until <time>", "only what was done before", (text) => moment(text));
  paged(list).action(async (flags: Flags, command: Command) => {
    const session = sessionOf(command, context);
    const { limit: _, after: __, all: ___, ...filter } = flags;
    const page = await follow(flags, async (part) => {
      const query = { ...filter, ...part };
      const { events, next } = await session.ask((api) => api.GET("/audit-events", { params: { query } }));
      return { items: events, next };
    });
    const isFiltered = Object.keys(filter).length > 0;
    session.show({ events: page.items, next: page.next }, () => auditText(page.items, isFiltered) + goesOn(page));
  });
}

export function auditText(events: readonly AuditEvent[], isFiltered: boolean): string {
  return table(
    ["AT", "WHO", "DID", "TO", "DETAIL"],
    events.map(({ at, actor, action, subject, detail }) => [
      when(at),
      actor,
      action,
      subject,
      Object.entries(detail)
        .map(([name, value]) => `${name} ${inline(value)}`)
        .join(", "),
    ]),
    isFiltered ? "Nothing of that was done." : "Nothing was done yet.",
  );
}
