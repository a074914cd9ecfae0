import type { CompiledCatalog } from "@gatehouse/client";
import type { Command } from "commander";
import { catalogText, logText } from "./catalog-text.js";
import { type CommandContext, sessionOf } from "./context.js";
import { CommandError } from "./errors.js";
import { readFactsFile } from "./facts-file.js";
import { count } from "./options.js";
import { printable } from "./output.js";

interface Flags {
  readonly facts?: string;
  readonly version?: number;
  readonly environment?: string;
}

/** `gatehouse puppet compile` */
export function compileCommand(puppet: Command, context: CommandContext): void {
  puppet
    .command("compile")
    .description(
      "make a node's catalog, of other facts or another version, to look at: nothing of it is kept; exit code 1 where its code makes none",
    )
    .argument("<node>", "name, id or alias")
    .option("--facts <file>", "facts in the place of those that are stored (JSON or YAML); - for standard input")
    .option("--version <n>", "of the environment, of those that `puppet versions` lists; the current one", count)
    .option("--environment <environment>", "the one that the node gets, unless given")
    .action(async (node: string, { facts: file, version, environment }: Flags, command: Command) => {
      const session = sessionOf(command, context);
      const facts = file === undefined ? undefined : await readFactsFile(file);
      const body = {
        ...(facts === undefined ? {} : { facts }),
        ...(version === undefined ? {} : { version }),
        ...(environment === undefined ? {} : { environment }),
      };
      const params = { path: { node } };
      const made = await session.ask((api) => api.POST("/nodes/{node}/catalog", { params, body }));
      session.show(made, () => compiledText(made));
      if (made.catalog === null) throw new CommandError(`There is no catalog: ${printable(made.error)}`);
    });
}

/** A failure's own words stand on standard error. */
function compiledText({ environment, version, milliseconds, error, logs, catalog }: CompiledCatalog): string {
  const from = `${environment}, ${version === null ? "of which nothing was deployed" : `version ${version}`}`;
  const took = milliseconds === null ? "" : `, made in ${milliseconds.toFixed(0)} ms`;
  const said = logText("Log", logs, error);
  const head = `Environment ${printable(from)}${took}\n`;
  return `${head}${said}${catalog === null ? "" : `\n${catalogText(catalog)}`}`;
}
