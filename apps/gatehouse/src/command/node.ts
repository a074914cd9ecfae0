import type { Command } from "commander";
import type { CommandContext } from "./context.js";
import { labelCommand, lifeCycleCommands, purgeCommand } from "./node-change.js";
import { factsCommand } from "./node-facts.js";
import { mergeCommands, undoCommands } from "./node-identity.js";
import { listCommand } from "./node-list.js";
import { explainCommand, showCommand } from "./node-show.js";
import { wakeCommand } from "./node-wake.js";

/** `gatehouse node …` */
export function nodeCommands(program: Command, context: CommandContext): void {
  const node = program.command("node").description("the machines that are managed");
  for (const add of [
    listCommand,
    showCommand,
    explainCommand,
    factsCommand,
    labelCommand,
    wakeCommand,
    lifeCycleCommands,
    mergeCommands,
    undoCommands,
    purgeCommand,
  ])
    add(node, context);
}
