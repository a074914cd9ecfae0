import type { InventoryPage } from "@gatehouse/client";
import type { Command } from "commander";
import { type CommandContext, type Session, sessionOf } from "./context.js";
import { CommandError, EXIT } from "./errors.js";
import { csvOf } from "./inventory-csv.js";
import { sorted } from "./inventory-text.js";
import { several } from "./options.js";
import { machineJson } from "./output.js";

interface Flags {
  readonly csv?: boolean;
  readonly section?: readonly string[];
}

/** How many inventories a call gets. */
const PAGE = 25;

/** `gatehouse inventory export` */
export function exportCommand(inventory: Command, context: CommandContext): void {
  inventory
    .command("export")
    .description("the inventories of all nodes, as JSON or as a table for spreadsheets")
    .option("--csv", "CSV of one section, an entry to a line")
    .option("--section <section>", "only this, such as softwares; may be given again", several)
    .action(async ({ csv = false, section }: Flags, command: Command) => {
      const session = sessionOf(command, context);
      if (csv && command.optsWithGlobals<{ json?: boolean }>().json === true)
        throw new CommandError("It is either --csv or --json.", EXIT.usage);
      const write = (text: string) => session.raw(Buffer.from(text, "utf8"));
      if (!csv) return exportJson(pages(session, section), write);
      const [name, ...others] = section ?? [];
      if (name === undefined || others.length > 0)
        throw new CommandError("A table is of one section: --csv --section softwares.", EXIT.usage);
      const columns = await columnsOf(name);
      let header = true;
      for await (const page of pages(session, [name])) {
        const sources = page.flatMap(({ nodeName, nodeId, inventory: { sections } }) =>
          sections.filter((one) => one.name === name).map(({ content }) => ({ nodeName, nodeId, content })),
        );
        write(csvOf(sources, columns, header));
        header = false;
      }
    });
}

/** Page by page, so that a large fleet's takes no more memory than a small one's. */
async function* pages(
  session: Session,
  sections: readonly string[] | undefined,
): AsyncGenerator<InventoryPage["nodes"]> {
  let after: string | null = null;
  do {
    const from: { after?: string } = after === null ? {} : { after };
    const query = { limit: PAGE, ...from, ...(sections === undefined ? {} : { sections: sections.join(",") }) };
    const page: InventoryPage = await session.ask((api) => api.GET("/inventory/export", { params: { query } }));
    yield page.nodes;
    after = page.next;
  } while (after !== null);
}

/** One document, written as it comes: `{"nodes": […]}`. */
async function exportJson(all: AsyncGenerator<InventoryPage["nodes"]>, write: (text: string) => void): Promise<void> {
  let before = '{"nodes": [';
  for await (const nodes of all)
    for (const node of nodes) {
      write(`${before}\n${machineJson(node)}`);
      before = ",";
    }
  write(before === "," ? "\n]}\n" : `${before}]}\n`);
}

/** The fields that a section's entries may have. @throws CommandError for a section of another name, naming those there are */
async function columnsOf(name: string): Promise<string[]> {
  const { contentSchema } = await import("@gatehouse/inventory");
  const sections = propertiesOf(contentSchema);
  const known = sections.flatMap(([section, schema]) => {
    const fields = propertiesOf(isObject(schema["items"]) ? schema["items"] : schema).map(([field]) => field);
    return fields.length === 0 ? [] : [[section, fields] as const];
  });
  const found = known.find(([section]) => section === name);
  if (found !== undefined) return sorted(found[1]);
  const names = known.map(([section]) => section).join(", ");
  throw new CommandError(`There is no table of ${name}. There is one of ${names}.`, EXIT.usage);
}

type Schema = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Schema => typeof value === "object" && value !== null;
const propertiesOf = ({ properties }: Schema): [string, Schema][] =>
  Object.entries(isObject(properties) ? properties : {}).filter((one): one is [string, Schema] => isObject(one[1]));
