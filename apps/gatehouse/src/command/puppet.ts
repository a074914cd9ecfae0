import type { Command } from "commander";
import type { CommandContext } from "./context.js";
import { catalogCommand } from "./puppet-catalog.js";
import { catalogsCommand } from "./puppet-catalogs.js";
import { compileCommand } from "./puppet-compile.js";
import { diffCommand } from "./puppet-diff.js";
import { environmentCommands } from "./puppet-environments.js";
import { rulesCommands } from "./puppet-rules.js";

/** `gatehouse puppet …` */
export function puppetCommands(program: Command, context: CommandContext): void {
  const puppet = program.command("puppet").description("Puppet and OpenVox");
  environmentCommands(puppet, context);
  diffCommand(puppet, context);
  compileCommand(puppet, context);
  catalogCommand(puppet, context);
  catalogsCommand(puppet, context);
  rulesCommands(puppet, context);
}
