import type { Command } from "commander";
import { type CommandContext, sessionOf } from "./context.js";
import { inventoriesText, sectionsText } from "./inventory-text.js";
import { several } from "./options.js";

interface Flags {
  readonly section?: readonly string[];
}

/** `gatehouse inventory show` */
export function showCommand(inventory: Command, context: CommandContext): void {
  inventory
    .command("show")
    .description("what a node is made of: a summary, or whole sections")
    .argument("<node>", "name, id or alias")
    .option("--section <section>", "this in full, such as softwares; may be given again", several)
    .action(async (node: string, { section }: Flags, command: Command) => {
      const session = sessionOf(command, context);
      const query = section === undefined ? {} : { sections: section.join(",") };
      const params = { path: { node }, query };
      const found = await session.ask((api) => api.GET("/nodes/{node}/inventory", { params }));
      session.show(found, () => (section === undefined ? inventoriesText(found) : sectionsText(found, section)));
    });
}
