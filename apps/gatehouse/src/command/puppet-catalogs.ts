import type { CatalogDifferences, CatalogSummary } from "@gatehouse/client";
import { type Command, InvalidArgumentError } from "commander";
import { differencesText } from "./catalog-text.js";
import { type CommandContext, type Session, sessionOf } from "./context.js";
import { CommandError } from "./errors.js";
import { count } from "./options.js";
import { printable, table } from "./output.js";
import { when } from "./when.js";

interface Flags {
  readonly limit?: number;
  readonly diff?: true | readonly string[];
}

/** `gatehouse puppet catalogs` */
export function catalogsCommand(puppet: Command, context: CommandContext): void {
  puppet
    .command("catalogs")
    .description("the catalogs that a node's agent got last, and why it got none, newest first; or what differs in two")
    .argument("<node>", "name, id or alias")
    .option("--limit <n>", "at most this many (100)", count)
    .option(
      "--diff [ids...]",
      "what differs between two of them, by id; with one, or none, since the last other one before it",
      gathered,
    )
    .action(async (node: string, { limit, diff }: Flags, command: Command) => {
      const session = sessionOf(command, context);
      if (diff !== undefined) {
        const [after, before] = diff === true ? [await newest(session, node)] : newerFirst(diff);
        const query = before === undefined ? {} : { to: before };
        const params = { path: { node, catalog: after ?? "" }, query };
        const found = await session.ask((api) => api.GET("/nodes/{node}/catalogs/{catalog}/differences", { params }));
        session.show(found, () => comparedText(found));
        return;
      }
      const params = { path: { node }, query: limit === undefined ? {} : { limit } };
      const found = await session.ask((api) => api.GET("/nodes/{node}/catalogs", { params }));
      session.show(found, () => catalogsText(found.catalogs));
    });
}

/** @throws InvalidArgumentError for a third one, which commander words with the option's name */
function gathered(id: string, before: unknown): string[] {
  const all = [...(Array.isArray(before) ? before : []), id];
  if (all.length > 2) throw new InvalidArgumentError("It takes the ids of two catalogs at the most.");
  return all;
}

const newerFirst = (ids: readonly string[]) => ids.toSorted((a, b) => Number(b) - Number(a));

/** The newest one that is a catalog. */
async function newest(session: Session, node: string): Promise<string> {
  const params = { path: { node }, query: { limit: 1000 } };
  const { catalogs } = await session.ask((api) => api.GET("/nodes/{node}/catalogs", { params }));
  const found = catalogs.find(({ digest }) => digest !== null);
  if (found === undefined) throw new CommandError("No catalog of this node is kept.");
  return found.id;
}

function catalogsText(catalogs: readonly CatalogSummary[]): string {
  return table(
    ["ID", "FIRST", "LAST", "TIMES", "ENVIRONMENT", "CATALOG", "RESULT"],
    catalogs.map((catalog) => [
      catalog.id,
      when(catalog.firstAt),
      when(catalog.lastAt),
      catalog.times,
      environmentText(catalog),
      catalog.digest?.slice(0, 8),
      resultText(catalog),
    ]),
    "No catalog of this node is kept: its agent has not asked for one.",
  );
}

const environmentText = ({ environment, version }: CatalogSummary) =>
  version === null ? environment : `${environment}, version ${version}`;

function resultText({ error, resources, warnings }: CatalogSummary): string {
  const said = warnings === 0 ? "" : `, ${warnings} ${warnings === 1 ? "warning" : "warnings"}`;
  return `${error ?? `${resources} resources`}${said}`;
}

function comparedText({ before, after, ...differences }: CatalogDifferences): string {
  const side = (summary: CatalogSummary) =>
    `${summary.id}, ${printable(environmentText(summary))}, ${when(summary.firstAt)}`;
  return `- ${side(before)}\n+ ${side(after)}\n\n${differencesText(differences) || "Nothing differs.\n"}`;
}
