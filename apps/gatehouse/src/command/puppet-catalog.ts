import type { KeptCatalog } from "@gatehouse/client";
import type { Command } from "commander";
import { catalogText, logText } from "./catalog-text.js";
import { type CommandContext, type Session, sessionOf } from "./context.js";
import { printable } from "./output.js";
import { when } from "./when.js";

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

function keptText({ id, firstAt, lastAt, times, error, logs, catalog, reports }: KeptCatalog): string {
  const often = times === 1 ? "" : `, ${times} times until ${when(lastAt)}`;
  const head = `Catalog ${id}, made ${when(firstAt)}${often}\n`;
  const runs = reports.map((report) => `${report.id} (${report.status})`).join(", ");
  const applied = runs === "" ? "" : `Applied by the runs of the reports ${runs}\n`;
  const said = logText("Log", logs);
  const failed = error === null ? "" : `There is none: ${printable(error)}\n`;
  return `${head}${applied}${failed}${said}${catalog === null ? "" : `\n${catalogText(catalog)}`}`;
}
