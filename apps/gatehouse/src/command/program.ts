import { ApiProblem } from "@gatehouse/client";
import { GatehouseError } from "@gatehouse/core/errors";
import { Command, CommanderError } from "commander";
import { DocumentsError } from "../apply/faults.js";
import { applyCommands } from "./apply.js";
import { auditCommands } from "./audit.js";
import { backupCommands } from "./backup.js";
import { caCommands } from "./ca.js";
import { configCommands } from "./config.js";
import type { CommandContext } from "./context.js";
import { credentialCommands } from "./credential.js";
import { deadLetterCommands } from "./dead-letter.js";
import { doctorCommands } from "./doctor/command.js";
import { dscCommands } from "./dsc.js";
import { enrolmentCommands } from "./enrolment.js";
import { CommandError, EXIT } from "./errors.js";
import { exchangeCommands } from "./exchange.js";
import { expectCommands } from "./expect.js";
import { groupCommands } from "./group.js";
import { historyCommands } from "./history.js";
import { inventoryCommands } from "./inventory.js";
import { jobCommands } from "./job.js";
import { nodeCommands } from "./node.js";
import { packageCommands } from "./package.js";
import { pendingCommands } from "./pending.js";
import { puppetCommands } from "./puppet.js";
import { adviceOn } from "./refusal.js";
import { reportCommands } from "./report.js";
import { serveCommands } from "./serve.js";
import { simulateCommands } from "./simulate.js";
import { statusCommands } from "./status.js";
import { tokenCommands } from "./token.js";

/** In the order of the help. */
const COMMANDS = [
  serveCommands,
  applyCommands,
  statusCommands,
  doctorCommands,
  nodeCommands,
  groupCommands,
  pendingCommands,
  jobCommands,
  packageCommands,
  reportCommands,
  historyCommands,
  inventoryCommands,
  deadLetterCommands,
  dscCommands,
  puppetCommands,
  caCommands,
  enrolmentCommands,
  credentialCommands,
  tokenCommands,
  auditCommands,
  exchangeCommands,
  expectCommands,
  backupCommands,
  simulateCommands,
  configCommands,
];

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
  for (const add of COMMANDS) add(program, context);
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
