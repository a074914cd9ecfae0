import type { Catalog } from "@gatehouse/client";
import type { Command } from "commander";
import { type CommandContext, sessionOf } from "./context.js";
import { inline, printable } from "./output.js";

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
    .action(async (node: string, _, command: Command) => {
      const session = sessionOf(command, context);
      const params = { path: { node } };
      const catalog = await session.ask((api) => api.GET("/nodes/{node}/catalog", { params }));
      session.show(catalog, () => catalogText(catalog));
    });
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
