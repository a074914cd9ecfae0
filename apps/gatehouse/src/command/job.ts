import type { Command } from "commander";
import type { CommandContext } from "./context.js";
import { cancelCommand, createCommand } from "./job-change.js";
import { listCommand, ordersCommand } from "./job-list.js";
import { showCommand } from "./job-show.js";

/** `gatehouse job …` */
export function jobCommands(program: Command, context: CommandContext): void {
  const job = program.command("job").description("work for agents: deployments, collections, networks, wakes");
  for (const add of [createCommand, ordersCommand, listCommand, showCommand, cancelCommand]) add(job, context);
}
