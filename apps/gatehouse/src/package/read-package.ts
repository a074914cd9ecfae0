import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { documentCheck, type PackageContent, packageFileKind } from "@gatehouse/api";
import { MOST_FILE } from "@gatehouse/core/environments";
import { MOST_PACKAGE_FILES } from "@gatehouse/core/packages";
import { digestOf } from "../apply/digest.js";
import { DocumentsError, pathText } from "../apply/faults.js";
import { OUTSIDE, reasonOf, textOf } from "../apply/files.js";
import { inside, SourceFault } from "../apply/inside.js";
import { newBudget } from "../apply/value.js";
import { locate, type Origin, readDocuments } from "../apply/yaml.js";

/** The file of a folder that says what it is. */
export const DESCRIPTION = "package.yaml";
/** Bytes of it. */
const MOST_TEXT = 1 << 20;

type Listed = NonNullable<PackageContent["files"]>[number];

/** What a description says, as it fits its schema. */
interface Said extends Omit<PackageContent, "files"> {
  readonly files?: readonly (Pick<Listed, "uncompress" | "p2p" | "p2pRetentionMinutes"> & { readonly path: string })[];
}

/** A package as it is handed in. */
export interface ReadPackage {
  readonly content: PackageContent;
  /** Where the bytes are, by digest. */
  readonly files: ReadonlyMap<string, { readonly file: string; readonly size: number }>;
  /** What was left out and a person should know of. */
  readonly warnings: readonly string[];
}

/**
 * Reads a folder as a package: its description, and the files that this lists, or all others that lie there.
 * @param description another file than the folder's own @param shown what the description is called
 * @throws DocumentsError with every fault and its place
 */
export async function readPackage(
  dir: string,
  { description = path.join(dir, DESCRIPTION), shown = description }: { description?: string; shown?: string } = {},
): Promise<ReadPackage> {
  const root = folderAt(dir);
  const { said, origin } = readDescription(description, shown);
  const files = said.files ?? others(root, description);
  const place = { root, folder: root, env: {} };
  try {
    const resolve = (named: string, pointer: string) => inside(place, named, pointer).file;
    const listed = files.flatMap((file) => ("left" in file ? [] : file));
    const found = await packageOf({ ...said, files: listed }, resolve);
    return { ...found, warnings: files.flatMap((file) => ("left" in file ? file.left : [])) };
  } catch (thrown) {
    if (!(thrown instanceof SourceFault)) throw thrown;
    throw faultAt(origin, thrown);
  }
}

/**
 * A package of what a description says.
 * @param resolve the file that a path names, given where it stands
 * @throws SourceFault with its place in the description
 */
export async function packageOf(
  said: Readonly<Record<string, unknown>> | Said,
  resolve: (named: string, pointer: string) => string,
): Promise<Pick<ReadPackage, "content" | "files">> {
  const { files: listed = [], ...rest } = said as Said;
  if (listed.length > MOST_PACKAGE_FILES)
    throw new SourceFault("/files", `A package has at most ${MOST_PACKAGE_FILES} files.`);
  const [files, found] = [new Map<string, { file: string; size: number }>(), new Map<string, Listed>()];
  for (const [i, { path: named, ...options }] of listed.entries()) {
    const pointer = `/files/${i}/path`;
    const file = resolve(named, pointer);
    const name = path.basename(named);
    // On Windows, where one of them would be the other.
    const key = name.toLowerCase();
    if (found.has(key)) throw new SourceFault(pointer, `Two files are called ${name}: all land in one folder.`);
    const { size } = statSync(file);
    if (size > MOST_FILE) throw new SourceFault(pointer, `${name} has ${size} bytes, and may have ${MOST_FILE}.`);
    const digest = await digestOf(file);
    files.set(digest.sha256, { file, size: digest.size });
    found.set(key, { name, ...digest, ...options });
  }
  return { content: { ...rest, files: [...found.values()] }, files };
}

function readDescription(file: string, shown: string): { said: Said; origin: Origin } {
  const refuse = (message: string) => new DocumentsError([{ place: { file: shown }, path: "", message }]);
  const text = textAt(file, refuse);
  const source = { shown, folder: path.dirname(file), text };
  const [found, ...more] = readDocuments(source, newBudget());
  const value = found?.value ?? {};
  const origin = found?.origin ?? { file: source, nth: 0, item: undefined };
  if (more.length > 0) throw refuse("It holds several documents: a package has one description.");
  const { faults } = documentCheck([packageFileKind])([{ kind: packageFileKind.kind, name: "package", spec: value }]);
  if (faults.length === 0) return { said: value as Said, origin };
  const pointers = faults.map(({ pointer }) => pointer.replace(/^\/spec/, ""));
  const places = locate(pointers.map((pointer) => ({ origin, pointer })));
  throw new DocumentsError(
    faults.map(({ message }, i) => ({
      place: places[i] ?? { file: shown },
      path: pathText(pointers[i] ?? ""),
      message: message.replace(/^The spec\b/, "The description"),
    })),
  );
}

function textAt(file: string, refuse: (message: string) => DocumentsError): string {
  let bytes: Buffer;
  try {
    if (statSync(file).size > MOST_TEXT) throw refuse(`It has more than ${MOST_TEXT >> 20} MiB.`);
    bytes = readFileSync(file);
  } catch (thrown) {
    throw thrown instanceof DocumentsError ? thrown : refuse(reasonOf(thrown));
  }
  const text = textOf(bytes);
  if (text === undefined) throw refuse("It is no text in UTF-8.");
  return text;
}

/** All files of a folder but its description; what is hidden is left out, and said. */
function others(root: string, description: string): ({ readonly path: string } | { readonly left: string })[] {
  const own = statSync(description);
  return readdirSync(root, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.name.startsWith(".")) return { left: `${entry.name} is left out: list it in \`files\` to have it.` };
      if (entry.isDirectory())
        return {
          left: `${entry.name}/ is left out: a package has no folders; list its files in \`files\` to have them.`,
        };
      const { ino, dev } = statSync(path.join(root, entry.name));
      return ino === own.ino && dev === own.dev ? [] : { path: entry.name };
    });
}

function folderAt(dir: string): string {
  const refuse = (message: string) => new DocumentsError([{ place: { file: dir }, path: "", message }]);
  try {
    const root = realpathSync(dir);
    if (!statSync(root).isDirectory()) throw refuse("It is no folder.");
    return root;
  } catch (thrown) {
    throw thrown instanceof DocumentsError ? thrown : refuse(reasonOf(thrown));
  }
}

function faultAt(origin: Origin, { pointer, message }: SourceFault): DocumentsError {
  const [place = { file: origin.file.shown }] = locate([{ origin, pointer }]);
  const said = message === OUTSIDE ? "It leads out of the package's folder: nothing outside is read." : message;
  return new DocumentsError([{ place, path: pathText(pointer), message: said }]);
}
