import { ApiProblem } from "@gatehouse/client";
import { GatehouseError } from "@gatehouse/core/errors";
import { Command, CommanderError } from "commander";
import { DocumentsError } from "../apply/faults.js";
import type { CommandContext } from "./context.js";
import { CommandError, EXIT } from "./errors.js";
import { adviceOn } from "./refusal.js";

type AddCommands = (program: Command, context: CommandContext) => void;

/** In the order of the help. Of one that is named nothing else is loaded: all of them take longer than most of them. */
const COMMANDS: ReadonlyMap<string, () => Promise<AddCommands>> = new Map([
  ["serve", async () => (await import("./serve.js")).serveCommand],
  ["migrate", async () => (await import("./serve.js")).migrateCommand],
  ["apply", async () => (await import("./apply.js")).applyCommands],
  ["status", async () => (await import("./status.js")).statusCommands],
  ["doctor", async () => (await import("./doctor/command.js")).doctorCommands],
  ["node", async () => (await import("./node.js")).nodeCommands],
  ["group", async () => (await import("./group.js")).groupCommands],
  ["pending", async () => (await import("./pending.js")).pendingCommands],
  ["job", async () => (await import("./job.js")).jobCommands],
  ["package", async () => (await import("./package.js")).packageCommands],
  ["report", async () => (await import("./report.js")).reportCommands],
  ["history", async () => (await import("./history.js")).historyCommands],
  ["inventory", async () => (await import("./inventory.js")).inventoryCommands],
  ["dead-letter", async () => (await import("./dead-letter.js")).deadLetterCommands],
  ["dsc", async () => (await import("./dsc.js")).dscCommands],
  ["puppet", async () => (await import("./puppet.js")).puppetCommands],
  ["ca", async () => (await import("./ca.js")).caCommands],
  ["enrolment", async () => (await import("./enrolment.js")).enrolmentCommands],
  ["credential", async () => (await import("./credential.js")).credentialCommands],
  ["token", async () => (await import("./token.js")).tokenCommands],
  ["audit", async () => (await import("./audit.js")).auditCommands],
  ["exchange", async () => (await import("./exchange.js")).exchangeCommands],
  ["expect", async () => (await import("./expect.js")).expectCommands],
  ["backup", async () => (await import("./backup.js")).backupCommands],
  ["simulate", async () => (await import("./simulate.js")).simulateCommands],
  ["config", async () => (await import("./config.js")).configCommands],
]);

/** What these arguments take: the command that they name; else all of them, for the help and for what was meant. */
async function commandsFor(args: readonly string[]): Promise<AddCommands[]> {
  const word = args.find((arg, i) => !arg.startsWith("-") && args[i - 1] !== "--data");
  const asksForAll = args
    .slice(0, word === undefined ? 0 : args.indexOf(word))
    .some((arg) => /^(?:-h|--help)$/.test(arg));
  const named = asksForAll ? undefined : COMMANDS.get(word ?? "");
  return named === undefined ? Promise.all([...COMMANDS.values()].map((load) => load())) : [await named()];
}

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
  for (const add of await commandsFor(args)) add(program, context);
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
      const advice = thrown.exitCode === EXIT.unreachable ? "  What is wrong: gatehouse doctor\n" : "";
      context.warn(`gatehouse: ${thrown.message}\n${advice}`);
      return thrown.exitCode;
    }
    if (thrown instanceof DocumentsError) {
      context.warn(`${thrown.message}\ngatehouse: nothing was applied.\n`);
      return EXIT.usage;
    }
    if (thrown instanceof ApiProblem) {
      context.warn(`gatehouse: ${thrown.message}\n${adviceOn(thrown)}`);
      return EXIT.failed;
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
