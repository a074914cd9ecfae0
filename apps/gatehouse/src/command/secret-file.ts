import { readFileSync } from "node:fs";
import { CommandError, EXIT } from "./errors.js";

/** For options that take a secret: never from the command line, which others on the machine can see. */
export const SECRET_FILE = [
  "--secret-file <file>",
  "read the secret from a file, or from standard input: -; a new one is made when left out",
] as const;

/** @returns what the file of a `--secret-file` holds, without the end of its last line */
export function readSecret(file: string): string {
  try {
    // Editors and echo end the last line, which is no part of it.
    return readFileSync(file === "-" ? 0 : file, "utf8").replace(/\r?\n$/, "");
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    throw new CommandError(`The file of --secret-file cannot be read: ${code}.`, EXIT.usage);
  }
}

/** @returns nothing where no file was named */
export const secretIn = (file: string | undefined): { readonly secret?: string } =>
  file === undefined ? {} : { secret: readSecret(file) };
