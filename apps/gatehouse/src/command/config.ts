import type { Command } from "commander";
import type { Flags } from "../config/load.js";
import type { Config } from "../config/types.js";
import { extensions } from "./ca-options.js";
import type { ExplainFlags } from "./config-explain.js";
import { type CommandContext, sessionOf } from "./context.js";

type CheckFlags = Flags & ExplainFlags;

/** `gatehouse config …` */
export function configCommands(program: Command, context: CommandContext): void {
  const config = program.command("config").description("the configuration after defaults, file, environment and flags");
  config
    .command("check")
    .description("say whether a gateway would start with it, and who may call what of Puppet's")
    .option("--config <file>")
    .option("--explain <call>", 'what the rules say of a call, such as "GET /puppet/v3/catalog/web01"')
    .option("--certname <name>", "of the caller's certificate; without it the caller has none")
    .option(
      "--extension <name=value>",
      "an extension of the caller's certificate, such as pp_cli_auth=true",
      extensions,
    )
    .action(async (_: CheckFlags, command: Command) => {
      const { loadConfig } = await import("../config/load.js");
      const flags = command.optsWithGlobals<CheckFlags>();
      const { puppet } = loadConfig(flags, context.env);
      const explained = await import("./config-explain.js");
      const session = sessionOf(command, context);
      if (flags.explain !== undefined) {
        const decision = explained.explainCall(puppet, flags);
        session.show(decision, () => explained.decisionText(decision));
        return;
      }
      const rules = explained.rulesOf(puppet);
      session.show({ ok: true, puppet: { rules } }, () =>
        [
          "The configuration is good.\n",
          "\nWho may call what of Puppet's: the first rule that matches decides, and what none matches is denied.\n\n",
          explained.rulesText(rules),
          "\nThose that a gateway keeps besides: gatehouse puppet rules list\n",
        ].join(""),
      );
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
