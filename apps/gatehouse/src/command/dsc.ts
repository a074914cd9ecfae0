import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { part } from "./client.js";
import { type CommandContext, sessionOf } from "./context.js";
import { keyCommands } from "./dsc-key.js";
import { CommandError, EXIT } from "./errors.js";
import { bytes, table, when } from "./output.js";

const CONFIGURATION = "dsc-configuration";
const MODULE = "dsc-module";

interface Head {
  readonly name: string;
  readonly channel: string;
  readonly version: number;
  readonly sha256: string;
  readonly size: number;
}

interface Published extends Head {
  readonly changed: boolean;
  readonly warnings: readonly string[];
}

interface Version extends Head {
  readonly publishedBy: string;
  readonly publishedAt: string;
  readonly current: boolean;
}

/** `gatehouse dsc …` */
export function dscCommands(program: Command, context: CommandContext): void {
  const dsc = program.command("dsc").description("registration keys, configurations and modules of DSC nodes");
  keyCommands(dsc, context);

  dsc
    .command("publish")
    .description("publish configurations (Name.mof) and modules (Name_Version.zip)")
    .argument("<file...>")
    .action(async (files: string[], _, command: Command) => {
      const session = sessionOf(command, context);
      const results: Published[] = [];
      for (const { file, kind } of files.map((file) => ({ file, kind: kindOf(file) }))) {
        const query = new URLSearchParams({ file: path.basename(file) });
        if (existsSync(`${file}.checksum`))
          query.set("checksum", readFileSync(`${file}.checksum`, "utf8").trim().slice(0, 64));
        const stream = { source: createReadStream(file), length: statSync(file).size };
        const published = await session.api<Published>("POST", `/artifacts/${kind}?${query}`, { stream });
        session.warn(published.warnings.map((warning) => `${file}: ${warning}`));
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

  dsc
    .command("list")
    .description("what is published, configurations and modules")
    .action(async (_, command: Command) => {
      const session = sessionOf(command, context);
      const lists = await Promise.all(
        [CONFIGURATION, MODULE].map(async (kind) =>
          (await session.api<{ artifacts: Head[] }>("GET", `/artifacts/${kind}`)).artifacts.map((head) => ({
            kind,
            ...head,
          })),
        ),
      );
      const heads = lists.flat();
      session.show(heads, () =>
        table(
          ["KIND", "NAME", "CHANNEL", "VERSION", "SIZE", "CHECKSUM"],
          heads.map((head) => [
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

  dsc
    .command("versions")
    .description("the versions of one configuration, newest first; with --module of one module")
    .argument("<name>")
    .option("--module", "the name is a module's")
    .action(async (name: string, options: { module?: boolean }, command: Command) => {
      const session = sessionOf(command, context);
      const kind = options.module ? MODULE : CONFIGURATION;
      const { versions } = await session.api<{ versions: Version[] }>(
        "GET",
        `/artifacts/${kind}/${part(name)}/versions`,
      );
      session.show(versions, () =>
        table(
          ["VERSION", "CHANNEL", "", "PUBLISHED", "BY", "SIZE", "CHECKSUM"],
          versions.map((item) => [
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

  dsc
    .command("rollback")
    .description("give nodes an earlier version of a configuration; the one before the current when none is named")
    .argument("<name>")
    .argument("[version]")
    .action(async (name: string, version: string | undefined, _, command: Command) => {
      const session = sessionOf(command, context);
      const to = version === undefined ? await versionBefore(session, name) : Number(version);
      if (!Number.isInteger(to) || to < 1) throw new CommandError(`${version} is no version number.`, EXIT.usage);
      const head = await session.api<Head>("PUT", `/artifacts/${CONFIGURATION}/${part(name)}/channels/current`, {
        json: { version: to },
      });
      session.show(head, () => `${head.name} is at version ${head.version} again (${head.sha256.toUpperCase()}).\n`);
    });

  dsc
    .command("assign")
    .description("give a node configurations, whatever it registered")
    .argument("<node>")
    .argument("<name...>")
    .action(async (node: string, names: string[], _, command: Command) => {
      const session = sessionOf(command, context);
      await session.api("PUT", `/nodes/${part(node)}/settings/dsc.configurations`, { json: { value: names } });
      const { artifacts } = await session.api<{ artifacts: Head[] }>("GET", `/artifacts/${CONFIGURATION}`);
      const published = new Set(artifacts.map((head) => head.name.toLowerCase()));
      session.warn(
        names
          .filter((name) => !published.has(name.toLowerCase()))
          .map((name) => `${name} is not published yet: the node is told to try again until it is.`),
      );
      session.show(undefined, () => `${node} gets ${names.join(", ")} from its next check-in on.\n`);
    });

  dsc
    .command("unassign")
    .description("give a node what it registered again")
    .argument("<node>")
    .action(async (node: string, _, command: Command) => {
      const session = sessionOf(command, context);
      await session.api("DELETE", `/nodes/${part(node)}/settings/dsc.configurations`);
      session.show(undefined, () => `${node} gets what it registered from its next check-in on.\n`);
    });
}

/** What a file is published as. @throws CommandError when it cannot be, before anything is */
function kindOf(file: string): string {
  const kind = /\.mof$/i.test(file) ? CONFIGURATION : /\.zip$/i.test(file) ? MODULE : undefined;
  if (kind === undefined)
    throw new CommandError(`${file}: only Name.mof and Name_Version.zip can be published.`, EXIT.usage);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new CommandError(`${file}: there is no such file.`, EXIT.usage);
  return kind;
}

async function versionBefore(session: ReturnType<typeof sessionOf>, name: string): Promise<number> {
  const { versions } = await session.api<{ versions: Version[] }>(
    "GET",
    `/artifacts/${CONFIGURATION}/${part(name)}/versions`,
  );
  const current = versions.find((item) => item.current)?.version ?? 0;
  const before = versions.find((item) => item.version < current);
  if (before === undefined) throw new CommandError(`${name} has no version before ${current}.`);
  return before.version;
}
