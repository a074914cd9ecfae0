import type { Command } from "commander";
import type { CommandContext } from "./context.js";
import { eventsCommand } from "./report-events.js";
import { listCommand } from "./report-list.js";
import { showCommand } from "./report-show.js";

/** `gatehouse report …` */
export function reportCommands(program: Command, context: CommandContext): void {
  const report = program.command("report").description("what agents say of their runs");
  for (const add of [listCommand, showCommand, eventsCommand]) add(report, context);
}
