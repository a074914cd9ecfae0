import { GatehouseError } from "@gatehouse/core/errors";
import { Command, CommanderError } from "commander";
import { configCommands } from "./config.js";
import type { CommandContext } from "./context.js";
import { dscCommands } from "./dsc.js";
import { CommandError, EXIT } from "./errors.js";
import { nodeCommands } from "./node.js";
import { serveCommands } from "./serve.js";
import { simulateCommands } from "./simulate.js";
import { tokenCommands } from "./token.js";

/**
 * Runs the command.
 * @param args what stands after `gatehouse`
 * @returns the exit code: 0 done, 1 failed, 2 wrong use, 3 no gateway reached
 */
export async function run(args: readonly string[], context: CommandContext): Promise<number> {
  const program = new Command("gatehouse")
    .description("One self-hosted endpoint for a mixed fleet of agents.")
    .option("--json", "print JSON for programs")
    .option("--data <dir>", "the data folder (./data)")
    .showSuggestionAfterError()
    .configureOutput({ writeOut: context.out, writeErr: context.warn })
    .exitOverride();
  for (const add of [serveCommands, nodeCommands, dscCommands, tokenCommands, simulateCommands, configCommands])
    add(program, context);
  for (const command of everyCommand(program))
    command
      .exitOverride()
      .showSuggestionAfterError()
      .configureOutput({ writeOut: context.out, writeErr: context.warn });
  try {
    await program.parseAsync([...args], { from: "user" });
    return EXIT.ok;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (thrown instanceof CommandError) {
      context.warn(`gatehouse: ${thrown.message}\n`);
      return thrown.exitCode;
    }
    if (thrown instanceof GatehouseError) {
      context.warn(`gatehouse: ${thrown.message}${thrown.detail === undefined ? "" : `\n  ${thrown.detail}`}\n`);
      return thrown.code === "config-invalid" ? EXIT.usage : EXIT.failed;
    }
    throw thrown;
  }
}

function everyCommand(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...everyCommand(child)]);
}
