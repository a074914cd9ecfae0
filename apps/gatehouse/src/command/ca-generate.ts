import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { NewCertificate } from "@gatehouse/client";
import { type Command, Option } from "commander";
import { again, extensions } from "./ca-options.js";
import { type CommandContext, sessionOf } from "./context.js";
import { CommandError, EXIT } from "./errors.js";
import { printable } from "./output.js";

interface Flags extends Pick<NewCertificate, "profile"> {
  readonly altName?: string[];
  readonly extension?: Readonly<Record<string, string>>;
  readonly out?: string;
}

/** `gatehouse ca generate` */
export function generateCommand(ca: Command, context: CommandContext): void {
  ca.command("generate")
    .description("make a key and its certificate, for who cannot ask for one itself")
    .argument("<name>", "the name in the certificate")
    .option("--alt-name <name>", "a further name: www.example.org, IP:192.0.2.7; may be given again", again)
    .option("--extension <k=v>", "such as pp_cli_auth=true; may be given again", extensions)
    .addOption(
      new Option("--profile <profile>", "what it is for; puppet when left out").choices([
        "puppet",
        "operator",
        "inventory",
      ]),
    )
    .option("--out <dir>", "write NAME.pem and NAME.key.pem there, in place of printing them")
    .action(async (name: string, { altName, extension, profile, out }: Flags, command: Command) => {
      const session = sessionOf(command, context);
      const body = {
        name,
        ...(profile === undefined ? {} : { profile }),
        ...(altName === undefined ? {} : { altNames: altName }),
        ...(extension === undefined ? {} : { extensions: extension }),
      };
      const make = () => session.ask((api) => api.POST("/certificates", { body }));
      if (out === undefined) {
        const made = await make();
        session.show(made, () => made.certificate + made.key);
        return;
      }
      const files = await written(out, name, make);
      session.show(
        { files },
        () => `The certificate is in ${printable(files.certificate)}, the key in ${printable(files.key)}.\n`,
      );
    });
}

/**
 * Writes what is made into files that were not there before. They are opened first: the key of a certificate that is
 * made is in one answer only, and lost where it cannot be written.
 */
async function written(
  dir: string,
  name: string,
  make: () => Promise<{ certificate: string; key: string }>,
): Promise<{ certificate: string; key: string }> {
  if (path.basename(name) !== name || name === "..")
    throw new CommandError(`${name} is no name for a file.`, EXIT.usage);
  const files = { certificate: path.join(dir, `${name}.pem`), key: path.join(dir, `${name}.key.pem`) };
  const opened: [file: string, descriptor: number][] = [];
  const open = (file: string, mode: number) => {
    const descriptor = openSync(file, "wx", mode);
    opened.push([file, descriptor]);
    return descriptor;
  };
  try {
    mkdirSync(dir, { recursive: true });
    const [key, certificate] = [open(files.key, 0o600), open(files.certificate, 0o644)];
    const made = await make();
    writeFileSync(key, made.key);
    writeFileSync(certificate, made.certificate);
    return files;
  } catch (thrown) {
    for (const [file] of opened) rmSync(file, { force: true });
    const { syscall, message } = thrown as NodeJS.ErrnoException;
    throw syscall === undefined ? thrown : new CommandError(message);
  } finally {
    for (const [, descriptor] of opened) closeSync(descriptor);
  }
}
