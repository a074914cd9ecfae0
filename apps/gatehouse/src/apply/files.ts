import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { DocumentsError } from "./faults.js";

/** Bytes of all files of documents together. */
export const MOST_BYTES = 32 << 20;
const MOST_FILES = 10_000;
const MOST_FOLDERS = 10_000;
const ENDINGS = [".yaml", ".yml", ".json"];

/** A file with documents. */
export interface SourceFile {
  /** As it is said to people. */
  readonly shown: string;
  /** The folder that paths in it are relative to. */
  readonly folder: string;
  readonly text: string;
}

/** What `-f` names. */
export interface Sources {
  /** Nothing outside of it is read. */
  readonly root: string;
  readonly files: readonly SourceFile[];
}

/**
 * The files of documents that a path names: itself, or those of a folder and its folders, without hidden ones,
 * Puppet environments and packages.
 * @throws DocumentsError for what cannot be read, leads out of the folder, is too much, or is no text
 */
export function readSources(target: string): Sources {
  const refuse = (file: string, message: string) => new DocumentsError([{ place: { file }, path: "", message }]);
  const real = attempt(target, () => realpathSync(target));
  const isFolder = statSync(real).isDirectory();
  const root = isFolder ? real : path.dirname(real);
  const files: SourceFile[] = [];
  let [bytes, folders] = [0, 0];

  const take = (file: string, shown: string) => {
    const stat = attempt(shown, () => statSync(file));
    if (!stat.isFile()) throw refuse(shown, "It is no regular file.");
    bytes += stat.size;
    if (bytes > MOST_BYTES) throw refuse(shown, `With it, the files have more than ${MOST_BYTES >> 20} MiB together.`);
    if (files.length === MOST_FILES) throw refuse(target, `There are more than ${MOST_FILES} files.`);
    const text = textOf(attempt(shown, () => readFileSync(file)));
    if (text === undefined) throw refuse(shown, "It is no text in UTF-8.");
    files.push({ shown, folder: path.dirname(file), text });
  };
  const walk = (folder: string, shown: string, above: readonly string[]) => {
    if (++folders > MOST_FOLDERS) throw refuse(target, `There are more than ${MOST_FOLDERS} folders.`);
    const names = attempt(shown, () => readdirSync(folder)).sort();
    // A Puppet environment's YAML and JSON are its own.
    if (folder !== real && names.includes("environment.conf")) return;
    // What a package says of itself is no document, and its files are not ours.
    if (folder !== real && names.includes("package.yaml")) return;
    for (const name of names) {
      if (name.startsWith(".")) continue;
      const [here, said] = [path.join(folder, name), path.join(shown, name)];
      const isLink = attempt(said, () => lstatSync(here)).isSymbolicLink();
      const wanted = ENDINGS.includes(path.extname(name).toLowerCase());
      const at = isLink ? attempt(said, () => realpathSync(here)) : here;
      if (attempt(said, () => statSync(at)).isDirectory()) {
        if (!isWithin(root, at)) throw refuse(said, OUTSIDE);
        if (above.includes(at)) throw refuse(said, "It leads back to a folder above it.");
        walk(at, said, [...above, at]);
      } else if (wanted) {
        if (!isWithin(root, at)) throw refuse(said, OUTSIDE);
        take(at, said);
      }
    }
  };
  if (isFolder) walk(real, target, [real]);
  else take(real, target);
  return { root, files };
}

export const OUTSIDE = "It leads out of the folder that is applied: nothing outside is read.";

/** Whether a real path is in a real folder, or is it. */
export function isWithin(root: string, file: string): boolean {
  const relative = path.relative(root, file);
  return relative === "" || (relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}

function attempt<T>(shown: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw new DocumentsError([{ place: { file: shown }, path: "", message: reasonOf(thrown) }]);
  }
}

/** What the system said, in words; without a path of its own. */
export function reasonOf(thrown: unknown): string {
  const { code } = thrown as NodeJS.ErrnoException;
  const words: Readonly<Record<string, string>> = {
    ENOENT: "There is no such file.",
    EACCES: "It may not be read.",
    EPERM: "It may not be read.",
    ELOOP: "Its links lead in a circle.",
  };
  return words[code ?? ""] ?? `It cannot be read${code === undefined ? "" : ` (${code})`}.`;
}

/** Text of UTF-8 bytes, without a byte order mark; undefined for anything else. */
export function textOf(bytes: Buffer): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}
