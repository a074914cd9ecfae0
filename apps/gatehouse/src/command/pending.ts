import type { Pending } from "@gatehouse/client";
import type { Command } from "commander";
import { type CommandContext, sessionOf } from "./context.js";
import { printable } from "./output.js";
import { follow, goesOn, type PageFlags, paged } from "./pages.js";
import { pendingText } from "./pending-text.js";

/** `gatehouse pending …` */
export function pendingCommands(program: Command, context: CommandContext): void {
  const pending = program.command("pending").description("all that waits for a person");
  const list = pending
    .command("list", { isDefault: true })
    .description(
      "nodes that may be one machine, nodes in quarantine, requests for a certificate; and what to do about each",
    );
  paged(list).action(async (flags: PageFlags, command: Command) => {
    const session = sessionOf(command, context);
    let last: Pending | undefined;
    const page = await follow(flags, async (query) => {
      last = await session.ask((api) => api.GET("/pending", { params: { query } }));
      return { items: last.conflicts, next: last.next };
    });
    const { openConflicts = 0, certificateRequests = [], quarantined = [], moreQuarantined = false } = last ?? {};
    const found = {
      ...{ conflicts: [...page.items], openConflicts, next: page.next },
      ...{ certificateRequests, quarantined, moreQuarantined },
    };
    session.show(found, () => pendingText(found) + goesOn(page));
  });
  pending
    .command("dismiss")
    .description("say that two nodes are two machines: nobody is asked about them again")
    .argument("<conflict>", "its id, as `pending list` shows it")
    .action(async (conflict: string, _, command: Command) => {
      const session = sessionOf(command, context);
      const params = { path: { conflict } };
      const gone = await session.ask((api) => api.POST("/identity-conflicts/{conflict}/dismiss", { params }));
      session.show(gone, () => `${printable(gone.node.name)} and ${printable(gone.other.name)} are two machines.\n`);
    });
}
