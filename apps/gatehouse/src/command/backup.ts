import { readFileSync, statSync } from "node:fs";
import { constants, setPriority } from "node:os";
import path from "node:path";
import type { BackupHeader, CheckedBackup, TableSum } from "@gatehouse/store";
import type { Command } from "commander";
import type { Flags } from "../config/load.js";
import { backupText } from "./backup-text.js";
import { type CommandContext, sessionOf } from "./context.js";
import { CommandError, EXIT } from "./errors.js";
import { count } from "./options.js";

/** MiB of tables that are read in a second, unless told: some of what a small disk gives. */
const RATE = 32;
const PASSPHRASE = [
  "--passphrase-file <file>",
  "holds the passphrase of the instance key in the backup (GATEHOUSE_BACKUP_PASSPHRASE_FILE)",
] as const;
/** More than any passphrase; a file of another kind is not read whole. */
const MOST_PASSPHRASE_BYTES = 4096;

interface BackupFlags extends Flags {
  readonly passphraseFile?: string;
  readonly rate: number;
}

/** Loaded when it is wanted: all other commands would start three times as slowly. */
const server = async () => ({
  ...(await import("../config/load.js")),
  ...(await import("../server/backup/create.js")),
  ...(await import("../server/backup/restore.js")),
});

/** `gatehouse backup create`, `check` and `restore`: on the database itself. */
export function backupCommands(program: Command, context: CommandContext): void {
  const say = (line: string) => context.warn(`gatehouse: ${line}\n`);
  const backup = program.command("backup").description("back up an instance, and make one of a backup");

  backup
    .command("create")
    .description("write all that an instance holds into a file, whether its gateway runs or not")
    .argument("<file>", "a new file")
    .option("--config <file>", "gatehouse.yaml")
    .option(...PASSPHRASE)
    .option("--rate <mib>", "MiB of tables to read in a second, at the most", count, RATE)
    .action(async (file: string, _: BackupFlags, command: Command) => {
      const flags = command.optsWithGlobals<BackupFlags>();
      const passphrase = passphraseIn(flags, context);
      // Who is served comes first.
      setPriority(constants.priority.PRIORITY_LOW);
      const { backUpInstance, loadConfig } = await server();
      const { header, tables, size } = await backUpInstance({
        config: loadConfig(flags, context.env),
        file: path.resolve(file),
        passphrase,
        bytesPerSecond: flags.rate * 2 ** 20,
        say,
      });
      const session = sessionOf(command, context);
      session.show(shown(file, header, tables, size), () => backupText(file, { header, tables, size }));
      if (header.key === null)
        session.warn(["the instance key is not in the backup: keep it, or nothing can be restored of it"]);
    });

  backup
    .command("check")
    .description("read a backup to its end, and say what is in it")
    .argument("<file>", "the backup")
    .option(...PASSPHRASE)
    .action(async (file: string, _: BackupFlags, command: Command) => {
      const passphrase = passphraseIn(command.optsWithGlobals<BackupFlags>(), context);
      const { checkBackup } = await import("@gatehouse/store");
      const checked = await checkBackup(path.resolve(file), passphrase === undefined ? {} : { passphrase });
      const { header, tables, size, key } = checked;
      const told = { ...shown(file, header, tables, size), opened: key !== undefined };
      sessionOf(command, context).show(told, () => backupText(file, checked));
    });

  backup
    .command("restore")
    .description("make an instance of a backup, where there is none: in the data folder, or in DATABASE_URL's database")
    .argument("<file>", "the backup")
    .option("--config <file>", "gatehouse.yaml")
    .option(...PASSPHRASE)
    .action(async (file: string, _: BackupFlags, command: Command) => {
      const flags = command.optsWithGlobals<BackupFlags>();
      const passphrase = passphraseIn(flags, context);
      const { loadConfig, restoreInstance } = await server();
      const config = loadConfig(flags, context.env);
      const { header, tables, size, keyFile } = await restoreInstance({
        config,
        file: path.resolve(file),
        passphrase,
        say,
      });
      sessionOf(command, context).show(
        { ...shown(file, header, tables, size), keyFile },
        () =>
          `${backupText(file, { header, tables, size })}\nRestored. The instance key is in ${keyFile}. Start the gateway.\n`,
      );
    });
}

const shown = (
  file: string,
  { version, madeAt, migrations, key }: BackupHeader,
  tables: readonly TableSum[],
  size: CheckedBackup["size"],
) => ({ file: path.resolve(file), size, version, madeAt, schema: migrations.at(-1), hasKey: key !== null, tables });

/** @returns undefined where no file is named @throws CommandError (usage) */
function passphraseIn({ passphraseFile }: BackupFlags, { env }: CommandContext): string | undefined {
  const file = passphraseFile ?? (env["GATEHOUSE_BACKUP_PASSPHRASE_FILE"] || undefined);
  if (file === undefined) return undefined;
  let text: string;
  try {
    if (statSync(file).size > MOST_PASSPHRASE_BYTES)
      throw new CommandError("The file of the passphrase is too large to hold one.", EXIT.usage);
    // Editors and echo end the last line, which is no part of it.
    text = readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } catch (thrown) {
    if (thrown instanceof CommandError) throw thrown;
    const { code } = thrown as NodeJS.ErrnoException;
    throw new CommandError(`The file of the passphrase cannot be read: ${code}.`, EXIT.usage);
  }
  if (text === "") throw new CommandError("The file of the passphrase is empty.", EXIT.usage);
  return text;
}
