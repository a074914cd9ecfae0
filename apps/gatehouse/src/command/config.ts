import type { Command } from "commander";
import type { Flags } from "../config/load.js";
import type { Config } from "../config/types.js";
import { type CommandContext, sessionOf } from "./context.js";

/** `gatehouse config …` */
export function configCommands(program: Command, context: CommandContext): void {
  const config = program.command("config").description("the configuration after defaults, file, environment and flags");
  config
    .command("check")
    .description("say whether a gateway would start with it")
    .option("--config <file>")
    .action(async (_: Flags, command: Command) => {
      const { loadConfig } = await import("../config/load.js");
      loadConfig(command.optsWithGlobals<Flags>(), context.env);
      sessionOf(command, context).show(undefined, () => "The configuration is good.\n");
    });
  config
    .command("show")
    .description("print it, without secrets")
    .option("--config <file>")
    .action(async (_: Flags, command: Command) => {
      const { loadConfig } = await import("../config/load.js");
      context.out(
        `${JSON.stringify(withoutSecrets(loadConfig(command.optsWithGlobals<Flags>(), context.env)), null, 2)}\n`,
      );
    });
}

/** The password of the database's URL is the one secret that a configuration may hold. */
function withoutSecrets(config: Config): Config {
  if (config.database.url === undefined) return config;
  // Up to the last @: a password may hold one. pg also takes a password among the parameters.
  const url = config.database.url.replace(/(\/\/[^:/@]*:).*@/, "$1…@").replace(/([?&]password=)[^&#]*/gi, "$1…");
  return { ...config, database: { ...config.database, url } };
}
