import type { Command } from "commander";
import { type CommandContext, sessionOf } from "./context.js";
import { CommandError, EXIT } from "./errors.js";
import { machineJson } from "./output.js";

/** Loaded when it is wanted: all other commands would start more slowly. */
const documents = async () => ({
  ...(await import("../apply/gather.js")),
  ...(await import("../apply/kinds.js")),
  ...(await import("../apply/send.js")),
  ...(await import("../apply/text.js")),
  ...(await import("@gatehouse/api")),
});

interface Flags {
  readonly file?: string;
  readonly dryRun?: boolean;
  readonly prune?: boolean;
  readonly set: string;
  readonly schema?: boolean;
}

/** `gatehouse apply` */
export function applyCommands(program: Command, context: CommandContext): void {
  program
    .command("apply")
    .description("make the fleet as files describe it: all of it, or nothing")
    .option("-f, --file <path>", "a file of documents (YAML or JSON), or a folder of such files")
    .option("--dry-run", "say what would happen; nothing is changed")
    .option("--prune", "take away what was applied before and no file names any more")
    .option("--set <name>", "whose files they are: each set takes away its own only", "default")
    .option("--schema", "print the JSON Schema of documents, for editors")
    .action(async (flags: Flags, command: Command) => {
      const { appliedText, documentsSchema, gather, localKinds, sendDocuments } = await documents();
      const kinds = localKinds();
      if (flags.schema === true) return context.out(`${machineJson(documentsSchema(kinds))}\n`);
      if (flags.file === undefined) throw new CommandError("-f FILE or -f DIR is needed.", EXIT.usage);
      if (!/^[A-Za-z0-9._-]{1,100}$/.test(flags.set))
        throw new CommandError("A set's name has 1 to 100 letters, digits, dots, _ and -.", EXIT.usage);
      const session = sessionOf(command, context);
      const gathered = await gather(flags.file, kinds, context.env);
      const { set, dryRun = false, prune = false } = flags;
      const applied = await sendDocuments(session, gathered, { set, dryRun, prune });
      session.warn(applied.warnings.map(({ kind, name, message }) => `${kind} ${name}: ${message}`));
      session.show(applied, () => appliedText(applied));
    });
}
