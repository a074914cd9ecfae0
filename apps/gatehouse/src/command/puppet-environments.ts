import type { DeployedEnvironment, EnvironmentSummary, EnvironmentVersionSummary } from "@gatehouse/client";
import { checkEnvironmentName } from "@gatehouse/core/environments";
import type { Command } from "commander";
import { readTree } from "../environment/read-tree.js";
import { type SentTree, sendTree } from "../environment/send-tree.js";
import { bytes } from "../server/doctor/words.js";
import { type CommandContext, sessionOf } from "./context.js";
import { CommandError, EXIT } from "./errors.js";
import { printable, table } from "./output.js";
import { when } from "./when.js";

/** `gatehouse puppet deploy`, `environments`, `versions`, `rollback` and `withdraw` */
export function environmentCommands(puppet: Command, context: CommandContext): void {
  deployCommand(puppet, context);
  puppet
    .command("environments")
    .description("the environments, with the version that agents get")
    .action(async (_, command: Command) => {
      const session = sessionOf(command, context);
      const found = await session.ask((api) => api.GET("/environments"));
      session.show(found, () => environmentsText(found.environments));
    });
  puppet
    .command("versions")
    .description("the versions of an environment, newest first")
    .argument("<environment>")
    .action(async (name: string, _, command: Command) => {
      const session = sessionOf(command, context);
      const params = { path: { name } };
      const found = await session.ask((api) => api.GET("/environments/{name}/versions", { params }));
      session.show(found, () => versionsText(found.versions));
    });
  rollbackCommand(puppet, context);
  puppet
    .command("withdraw")
    .description("take an environment from agents; its versions stay, and a deployment brings it back")
    .argument("<environment>")
    .action(async (name: string, _, command: Command) => {
      const session = sessionOf(command, context);
      await session.ask((api) => api.DELETE("/environments/{name}", { params: { path: { name } } }));
      session.show(undefined, () => `${name} is withdrawn.\n`);
    });
}

function deployCommand(puppet: Command, context: CommandContext): void {
  puppet
    .command("deploy")
    .description("make a folder the newest version of an environment: only what is not here is sent, all or nothing")
    .argument("<environment>", "as agents name it: a-z, 0-9 and _")
    .argument("<dir>", "as git or r10k laid it")
    .action(async (name: string, dir: string, _, command: Command) => {
      const session = sessionOf(command, context);
      checkEnvironmentName(name);
      const tree = await readTree(dir);
      session.warn(tree.warnings);
      const sent = await sendTree(session, name, tree);
      session.warn(warningsOf(sent));
      session.show(sent, () => deployedText(sent));
    });
}

function rollbackCommand(puppet: Command, context: CommandContext): void {
  puppet
    .command("rollback")
    .description("give agents an earlier version of an environment; the one before the current when none is named")
    .argument("<environment>")
    .argument("[version]")
    .action(async (name: string, wanted: string | undefined, _, command: Command) => {
      const session = sessionOf(command, context);
      const version = wanted === undefined ? undefined : Number(wanted);
      if (version !== undefined && (!Number.isInteger(version) || version < 1))
        throw new CommandError(`${wanted} is no version number.`, EXIT.usage);
      const params = { path: { name } };
      const body = version === undefined ? {} : { version };
      const moved = await session.ask((api) => api.POST("/environments/{name}/rollback", { params, body }));
      session.warn(warningsOf(moved));
      session.show(moved, () =>
        moved.changed
          ? `${moved.name} is at version ${moved.version} again.\n`
          : `${moved.name} was at version ${moved.version} already.\n`,
      );
    });
}

const warningsOf = ({ warning }: DeployedEnvironment) =>
  warning === undefined ? [] : [`agents get no catalogs of it: ${printable(warning)}`];

const deployedText = ({ name, version, changed, sent }: SentTree): string =>
  changed
    ? `${name} is at version ${version}: ${sent.files} files sent (${bytes(sent.bytes)}).\n`
    : `${name} is unchanged at version ${version}.\n`;

const environmentsText = (environments: readonly EnvironmentSummary[]): string =>
  table(
    ["ENVIRONMENT", "VERSION", "DEPLOYED", "BY", "FILES", "SIZE"],
    environments.map((one) => [
      one.name,
      one.version,
      when(one.deployedAt),
      one.deployedBy,
      one.files,
      bytes(one.bytes),
    ]),
    "There is no environment yet: gatehouse puppet deploy production DIR",
  );

const versionsText = (versions: readonly EnvironmentVersionSummary[]): string =>
  table(
    ["VERSION", "", "DEPLOYED", "BY", "FILES", "SIZE"],
    versions.map((one) => [
      one.version,
      one.current ? "current" : "",
      when(one.deployedAt),
      one.deployedBy,
      one.files,
      bytes(one.bytes),
    ]),
    "There are no versions.",
  );
