import type { Report } from "@gatehouse/client";
import type { Command } from "commander";
import { bytes } from "../server/doctor/words.js";
import { type CommandContext, type Session, sessionOf } from "./context.js";
import { allEvents } from "./report-events.js";
import { reportText } from "./report-text.js";
import { when } from "./when.js";

/** `gatehouse report show` */
export function showCommand(report: Command, context: CommandContext): void {
  report
    .command("show")
    .description("one report: how the run went, errors, what is not as it should be, what was in force")
    .argument("<id>", "the report's id")
    .option("--raw", "the bytes that the agent sent, as they came, one submission after the other")
    .action(async (id: string, { raw = false }: { raw?: boolean }, command: Command) => {
      const session = sessionOf(command, context);
      const found = await session.ask((api) => api.GET("/reports/{report}", { params: { path: { report: id } } }));
      if (raw) return printRaw(session, context, found);
      const { json = false } = command.optsWithGlobals<{ json?: boolean }>();
      const events = json ? [] : await allEvents(session, id);
      session.show(found, () => reportText(found, events));
    });
}

async function printRaw(session: Session, context: CommandContext, { id, parts }: Report): Promise<void> {
  for (const { submissionId, acceptedAt, size } of parts) {
    const params = { path: { report: id, submission: submissionId } };
    const body = await session.ask((api) =>
      api.GET("/reports/{report}/submissions/{submission}", { params, parseAs: "arrayBuffer" }),
    );
    // On standard error: the bytes alone go into a file or a program.
    context.warn(`submission ${submissionId}, ${when(acceptedAt)}, ${bytes(size)}\n`);
    session.raw(new Uint8Array(body));
  }
}
