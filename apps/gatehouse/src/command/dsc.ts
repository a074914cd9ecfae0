import type { Publication } from "@gatehouse/client";
import type { Command } from "commander";
import { bytes } from "../server/doctor/words.js";
import { type CommandContext, type Session, sessionOf } from "./context.js";
import { assignmentCommands } from "./dsc-assign.js";
import { keyCommands } from "./dsc-key.js";
import { CommandError, EXIT } from "./errors.js";
import { table } from "./output.js";
import { CONFIGURATION, MODULE, publish, toPublish } from "./publish.js";
import { when } from "./when.js";

/** `gatehouse dsc …` */
export function dscCommands(program: Command, context: CommandContext): void {
  const dsc = program.command("dsc").description("registration keys, configurations and modules of DSC nodes");
  keyCommands(dsc, context);
  publishCommand(dsc, context);
  listCommand(dsc, context);
  versionsCommand(dsc, context);
  rollbackCommand(dsc, context);
  assignmentCommands(dsc, context);
}

function publishCommand(dsc: Command, context: CommandContext): void {
  dsc
    .command("publish")
    .description("publish configurations (Name.mof) and modules (Name_Version.zip)")
    .argument("<file...>")
    .action(async (files: string[], _, command: Command) => {
      const session = sessionOf(command, context);
      const results: Publication[] = [];
      for (const one of files.map(toPublish)) {
        const published = await publish(session, one);
        session.warn(published.warnings.map((warning) => `${one.file}: ${warning}`));
        results.push(published);
      }
      session.show(results, () =>
        table(
          ["NAME", "VERSION", "CHANNEL", "SIZE", "CHECKSUM", ""],
          results.map((item) => [
            item.name,
            item.version,
            item.channel,
            bytes(item.size),
            item.sha256.toUpperCase(),
            item.changed ? "published" : "unchanged",
          ]),
          "Nothing was published.",
        ),
      );
    });
}

function listCommand(dsc: Command, context: CommandContext): void {
  dsc
    .command("list")
    .description("what is published, configurations and modules")
    .action(async (_, command: Command) => {
      const session = sessionOf(command, context);
      const lists = await Promise.all(
        [CONFIGURATION, MODULE].map(async (kind) => {
          const { artifacts } = await session.ask((api) =>
            api.GET("/artifacts/{kind}", { params: { path: { kind } } }),
          );
          return artifacts.map((head) => ({ kind, ...head }));
        }),
      );
      const artifacts = lists.flat();
      session.show({ artifacts }, () =>
        table(
          ["KIND", "NAME", "CHANNEL", "VERSION", "SIZE", "CHECKSUM"],
          artifacts.map((head) => [
            head.kind.replace("dsc-", ""),
            head.name,
            head.channel,
            head.version,
            bytes(head.size),
            head.sha256.toUpperCase(),
          ]),
          "Nothing is published yet: gatehouse dsc publish Name.mof",
        ),
      );
    });
}

const versionsOf = (session: Session, kind: string, name: string) =>
  session.ask((api) => api.GET("/artifacts/{kind}/{name}/versions", { params: { path: { kind, name } } }));

function versionsCommand(dsc: Command, context: CommandContext): void {
  dsc
    .command("versions")
    .description("the versions of one configuration, newest first; with --module of one module")
    .argument("<name>")
    .option("--module", "the name is a module's")
    .action(async (name: string, options: { module?: boolean }, command: Command) => {
      const session = sessionOf(command, context);
      const found = await versionsOf(session, options.module ? MODULE : CONFIGURATION, name);
      session.show(found, () =>
        table(
          ["VERSION", "CHANNEL", "", "PUBLISHED", "BY", "SIZE", "CHECKSUM"],
          found.versions.map((item) => [
            item.version,
            item.channel,
            item.current ? "current" : "",
            when(item.publishedAt),
            item.publishedBy,
            bytes(item.size),
            item.sha256.toUpperCase(),
          ]),
          "There are no versions.",
        ),
      );
    });
}

function rollbackCommand(dsc: Command, context: CommandContext): void {
  dsc
    .command("rollback")
    .description("give nodes an earlier version of a configuration; the one before the current when none is named")
    .argument("<name>")
    .argument("[version]")
    .action(async (name: string, wanted: string | undefined, _, command: Command) => {
      const session = sessionOf(command, context);
      const version = wanted === undefined ? await versionBefore(session, name) : Number(wanted);
      if (!Number.isInteger(version) || version < 1)
        throw new CommandError(`${wanted} is no version number.`, EXIT.usage);
      const params = { path: { kind: CONFIGURATION, name, channel: "current" } };
      const head = await session.ask((api) =>
        api.PUT("/artifacts/{kind}/{name}/channels/{channel}", { params, body: { version } }),
      );
      session.show(head, () => `${head.name} is at version ${head.version} again (${head.sha256.toUpperCase()}).\n`);
    });
}

async function versionBefore(session: Session, name: string): Promise<number> {
  const { versions } = await versionsOf(session, CONFIGURATION, name);
  const current = versions.find((item) => item.current)?.version ?? 0;
  const before = versions.find((item) => item.version < current);
  if (before === undefined) throw new CommandError(`${name} has no version before ${current}.`);
  return before.version;
}
