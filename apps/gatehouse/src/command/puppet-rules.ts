import type { AuthorizationRule, CallDecision } from "@gatehouse/client";
import type { Command } from "commander";
import { extensions } from "./ca-options.js";
import { type CommandContext, sessionOf } from "./context.js";
import { pairs, printable, table } from "./output.js";
import { when } from "./when.js";

interface ExplainFlags {
  readonly certname?: string;
  readonly extension?: Readonly<Record<string, string>>;
}

/** `gatehouse puppet rules …` */
export function rulesCommands(puppet: Command, context: CommandContext): void {
  const rules = puppet.command("rules").description("who may call what of Puppet's, as the gateway decides it now");
  rules
    .command("list")
    .description("the rules in the order in which they are asked: the first that matches decides")
    .action(async (_, command: Command) => {
      const session = sessionOf(command, context);
      const found = await session.ask((api) => api.GET("/authorization-rules"));
      session.warn(found.rules.flatMap(faultOf));
      session.show(found, () => rulesText(found.rules));
    });
  rules
    .command("explain")
    .description("what would be decided of a call, and by which rule")
    .argument("<call>", 'such as "GET /puppet/v3/catalog/web01"')
    .option("--certname <name>", "of the caller's certificate; without it the caller has none")
    .option(
      "--extension <name=value>",
      "an extension of the caller's certificate, such as pp_cli_auth=true",
      extensions,
    )
    .action(async (call: string, { certname, extension }: ExplainFlags, command: Command) => {
      const session = sessionOf(command, context);
      const body = {
        call,
        ...(certname === undefined ? {} : { certname }),
        ...(extension === undefined ? {} : { extensions: extension }),
      };
      const decision = await session.ask((api) => api.POST("/authorization-rules/explain", { body }));
      session.show(decision, () => decisionText(decision));
    });
  rules
    .command("remove")
    .description("take a kept rule away; a default one whose place it had is asked again")
    .argument("<name>")
    .action(async (name: string, _, command: Command) => {
      const session = sessionOf(command, context);
      await session.ask((api) => api.DELETE("/authorization-rules/{name}", { params: { path: { name } } }));
      session.show(undefined, () => `${printable(name)} is gone.\n`);
    });
}

export const rulesText = (rules: readonly AuthorizationRule[]): string =>
  table(
    ["ORDER", "RULE", "METHOD", "PATH", "WHO", "KEPT BY"],
    rules.map((rule) => [
      rule.sortOrder,
      rule.name,
      rule.methods.join(" "),
      rule.path,
      rule.who,
      rule.createdAt === null ? rule.origin : `${rule.createdBy}, ${when(rule.createdAt)}`,
    ]),
    "There are no rules.",
  );

const faultOf = ({ name, fault }: AuthorizationRule): string[] =>
  fault === null ? [] : [`${name} denies all that it is for, whatever it says: ${fault}`];

/** A decision for people. */
export const decisionText = ({ allowed, rule, why }: CallDecision): string =>
  pairs([
    ["decision", allowed ? "allowed" : "denied"],
    ["rule", rule === null ? "none matches" : rule.name],
    ["from", rule === null || rule.createdAt === null ? rule?.origin : `${rule.createdBy}, ${when(rule.createdAt)}`],
    ["because", why],
  ]);
