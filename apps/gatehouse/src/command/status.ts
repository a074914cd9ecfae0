import type { Command } from "commander";
import { type CommandContext, sessionOf } from "./context.js";
import { statusText } from "./status-text.js";

/** `gatehouse status` */
export function statusCommands(program: Command, context: CommandContext): void {
  program
    .command("status")
    .description("how the gateway and its fleet are, at a glance")
    .action(async (_, command: Command) => {
      const session = sessionOf(command, context);
      const status = await session.ask((api) => api.GET("/status"));
      session.show(status, () => statusText(status, session.target.url));
    });
}
