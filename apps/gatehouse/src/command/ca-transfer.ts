import path from "node:path";
import type { Command } from "commander";
import type { Flags } from "../config/load.js";
import type { Imported } from "../server/authority/transfer.js";
import { counted } from "../server/doctor/words.js";
import { type CommandContext, sessionOf } from "./context.js";
import { CommandError } from "./errors.js";
import { table } from "./output.js";

interface ImportFlags extends Flags {
  readonly dryRun?: boolean;
}

const server = async () => ({
  ...(await import("../config/load.js")),
  ...(await import("../server/logger.js")),
  ...(await import("../server/authority/transfer.js")),
});

/** `gatehouse ca import` and `gatehouse ca export`: on the database itself, while no gateway runs on it. */
export function caTransferCommands(ca: Command, context: CommandContext): void {
  const say = (line: string) => context.warn(`gatehouse: ${line}\n`);

  ca.command("import")
    .description("take over an existing Puppet CA, before the gateway's first start")
    .argument("<dir>", "its folder, such as /etc/puppetlabs/puppetserver/ca")
    .option("--config <file>")
    .option("--dry-run", "only say what would be taken over, and what is wrong with it")
    .action(async (dir: string, _: ImportFlags, command: Command) => {
      const { createLog, importCa, loadConfig } = await server();
      const flags = command.optsWithGlobals<ImportFlags>();
      const config = loadConfig(flags, context.env);
      const log = createLog({ ...config.log, level: "warn" });
      const imported = await importCa({ config, dir, log, say, dryRun: flags.dryRun ?? false });
      sessionOf(command, context).show(imported, () => importText(imported));
      if (imported.brings === null) throw new CommandError("Nothing was taken over: mend the errors first.");
    });

  ca.command("export")
    .description("write the authority, with its keys, as the folder of a Puppet CA")
    .argument("<dir>", "a folder that is empty, or not there yet")
    .option("--config <file>")
    .action(async (dir: string, _: Flags, command: Command) => {
      const { createLog, exportCa, loadConfig } = await server();
      const config = loadConfig(command.optsWithGlobals<Flags>(), context.env);
      const files = await exportCa({ config, dir, log: createLog({ ...config.log, level: "warn" }), say });
      sessionOf(command, context).show(
        { files },
        () => `${files} files are in ${path.resolve(dir)}. The keys among them can sign for anybody: keep them so.\n`,
      );
    });
}

function importText({ findings, brings, stored }: Imported): string {
  const rows = findings.map(({ level, file, text }) => [level, file, text]);
  const found = rows.length === 0 ? "" : `${table(["", "FILE", "FINDING"], rows, "")}\n`;
  if (brings === null) return found;
  const { certificates, revoked, requests } = brings;
  const what = `${counted(certificates, "certificate")}, ${counted(revoked, "revoked serial")} and ${counted(requests, "request")}`;
  return `${found}The authority with ${what} ${stored ? "was taken over. Start the gateway." : "would be taken over."}\n`;
}
