import type { Catalog, KeptCatalog } from "@gatehouse/client";
import type { Command } from "commander";
import { type CommandContext, type Session, sessionOf } from "./context.js";
import { inline, printable, section } from "./output.js";
import { when } from "./when.js";

/** What every catalog has, and nobody declared. */
const ALWAYS = new Set(["Stage[main]", "Class[Settings]", "Class[main]"]);

/** `gatehouse puppet catalog` */
export function catalogCommand(puppet: Command, context: CommandContext): void {
  puppet
    .command("catalog")
    .description(
      "what a node's agent would get now, in the order in which it applies it; --json shows the catalog itself",
    )
    .argument("<node>", "name, id or alias")
    .option("--id <id>", "one that it got before, with what its compiler said, of those that `puppet catalogs` lists")
    .action(async (node: string, { id }: { readonly id?: string }, command: Command) => {
      const session = sessionOf(command, context);
      if (id !== undefined) return showKept(session, node, id);
      const params = { path: { node } };
      const catalog = await session.ask((api) => api.GET("/nodes/{node}/catalog", { params }));
      session.show(catalog, () => catalogText(catalog));
    });
}

async function showKept(session: Session, node: string, id: string): Promise<void> {
  const params = { path: { node, catalog: id } };
  const kept = await session.ask((api) => api.GET("/nodes/{node}/catalogs/{catalog}", { params }));
  session.show(kept, () => keptText(kept));
}

function keptText({ id, firstAt, lastAt, times, error, logs, catalog }: KeptCatalog): string {
  const often = times === 1 ? "" : `, ${times} times until ${when(lastAt)}`;
  const head = `Catalog ${id}, made ${when(firstAt)}${often}\n`;
  const lines = logs.map(({ level, message, file, line }) => {
    const place = file === undefined ? "" : ` (${printable(file)}${line === undefined ? "" : `:${line}`})`;
    return `${level}: ${printable(message)}${place}\n`;
  });
  const said = lines.length === 0 ? "" : `${section("Log", lines.join(""))}`;
  const failed = error === null ? "" : `There is none: ${printable(error)}\n`;
  return `${head}${failed}${said}${catalog === null ? "" : `\n${catalogText(catalog)}`}`;
}

function catalogText({ name, environment, code_id: version, resources }: Catalog): string {
  const declared = resources.filter(({ type, title }) => !ALWAYS.has(`${type}[${title}]`));
  const from =
    version === null ? `${environment}, of which nothing was deployed` : `${environment}, version ${version}`;
  const head = `${printable(name)}: ${declared.length} resources, environment ${printable(from)}\n`;
  return `${[head, ...declared.map(resourceText)].join("\n")}`;
}

function resourceText({ type, title, parameters }: Catalog["resources"][number]): string {
  const said = Object.entries((parameters ?? {}) as Readonly<Record<string, unknown>>);
  const lines = said.map(([name, value]) => `  ${printable(name)}: ${printable(inline(value))}\n`);
  return `${printable(type)}[${printable(title)}]\n${lines.join("")}`;
}
