import type { Command } from "commander";
import type { CommandContext } from "./context.js";
import { diffCommand } from "./inventory-diff.js";
import { exportCommand } from "./inventory-export.js";
import { searchCommand } from "./inventory-search.js";
import { showCommand } from "./inventory-show.js";

/** `gatehouse inventory …` */
export function inventoryCommands(program: Command, context: CommandContext): void {
  const inventory = program.command("inventory").description("what nodes are made of, as their inventory agents say");
  for (const add of [showCommand, diffCommand, searchCommand, exportCommand]) add(inventory, context);
}
