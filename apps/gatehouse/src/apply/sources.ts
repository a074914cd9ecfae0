import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { type Document, type DocumentKind, packageText, type SecretSource, treeText } from "@gatehouse/api";
import { GatehouseError } from "@gatehouse/core/errors";
import { readTree } from "../environment/read-tree.js";
import { packageOf, readPackage } from "../package/read-package.js";
import { digestOf, sha256Of } from "./digest.js";
import { textOf } from "./files.js";
import { inside, type Place, SourceFault } from "./inside.js";

/** Bytes of a secret. */
const MOST_SECRET = 64 << 10;

/** A file of content, with what the gateway needs to know of it. */
export interface ContentFile {
  /** Its path, or its bytes. */
  readonly file: string | Buffer;
  readonly sha256: string;
  readonly size: number;
}

/** What documents speak of, collected. */
export interface Collected {
  /** By `env:NAME` and `file:PATH`, the path from the root. */
  readonly secrets: Map<string, string>;
  /** By the path from the root. */
  readonly files: Map<string, ContentFile>;
  /** What is in folders, by digest: documents name the folder, and its list is in `files`. */
  readonly below: Map<string, ContentFile>;
  /** Files of packages by digest, by the name of the package: what it has already is not sent. */
  readonly packages: Map<string, Map<string, ContentFile>>;
  /** What a person should know of a document's content. */
  readonly warnings: { readonly kind: string; readonly name: string; readonly message: string }[];
}

/**
 * Reads the secrets and files that a document names.
 * @returns its spec with paths from the root, which mean the same wherever the document stands
 * @throws SourceFault
 */
export async function collect(
  kind: DocumentKind,
  { kind: word, name, spec }: Document,
  place: Place,
  into: Collected,
): Promise<Document["spec"]> {
  const changed: Record<string, unknown> = {};
  for (const property of kind.secrets ?? []) {
    const source = spec[property] as SecretSource | undefined;
    if (source === undefined) continue;
    const pointer = `/spec/${property}`;
    if ("env" in source) {
      const value = place.env[source.env];
      if (!value) throw new SourceFault(pointer, `The environment has no ${source.env}, or it is empty.`);
      into.secrets.set(`env:${source.env}`, checked(value, pointer));
    } else {
      const { file, below } = inside(place, source.file, pointer);
      into.secrets.set(`file:${below}`, checked(readSecret(file, pointer), pointer));
      changed[property] = { file: below };
    }
  }
  if (kind.content?.folder === "package") {
    const { property } = kind.content;
    const found = await collectPackage(spec, property, place);
    const list = Buffer.from(packageText(found.content));
    // Two of one folder may say different things of it.
    const below = `${found.below}#${name}`;
    into.files.set(below, { file: list, sha256: sha256Of(list), size: list.length });
    into.packages.set(name, new Map([...found.files].map(([sha256, file]) => [sha256, { ...file, sha256 }])));
    into.warnings.push(...found.warnings.map((message) => ({ kind: word, name, message })));
    // What the document says otherwise is in the list.
    return { [property]: below };
  }
  if (kind.content?.folder === "tree") {
    const { property } = kind.content;
    const pointer = `/spec/${property}`;
    const { file, below } = inside(place, String(spec[property]), pointer, "folder");
    const tree = await readTree(file).catch((thrown: unknown) => {
      if (!(thrown instanceof GatehouseError)) throw thrown;
      throw new SourceFault(pointer, thrown.message);
    });
    const list = Buffer.from(treeText(tree.entries));
    into.files.set(below, { file: list, sha256: sha256Of(list), size: list.length });
    for (const [sha256, found] of tree.files) into.below.set(sha256, { ...found, sha256 });
    into.warnings.push(...tree.warnings.map((message) => ({ kind: word, name, message })));
    changed[property] = below;
  } else if (kind.content !== undefined) {
    const { property, artifact } = kind.content;
    const pointer = `/spec/${property}`;
    const { file, below, size } = inside(place, String(spec[property]), pointer);
    if (size > artifact.maxBytes)
      throw new SourceFault(
        pointer,
        `The file is larger than the ${artifact.maxBytes} bytes that a ${artifact.label} may have.`,
      );
    if (!into.files.has(below)) into.files.set(below, { file, ...(await digestOf(file)) });
    changed[property] = below;
  }
  return Object.fromEntries([...Object.entries(spec), ...Object.entries(changed)]);
}

async function collectPackage(spec: Document["spec"], property: string, place: Place) {
  const { [property]: folder, ...said } = spec;
  if (folder === undefined) {
    const below = path.relative(place.root, place.folder).split(path.sep).join("/") || ".";
    const resolve = (named: string, pointer: string) => inside(place, named, `/spec${pointer}`).file;
    return { below, warnings: [], ...(await packageOf(said, resolve)) };
  }
  const pointer = `/spec/${property}`;
  if (Object.keys(said).length > 0)
    throw new SourceFault(pointer, "The folder's package.yaml says all of it: leave out the path, or the rest.");
  const { file, below } = inside(place, String(folder), pointer, "folder");
  return { below, ...(await readPackage(file, { shown: `${below}/package.yaml` })) };
}

function readSecret(file: string, pointer: string): string {
  if (statSync(file).size > MOST_SECRET) throw new SourceFault(pointer, "The file is too large for a secret.");
  const text = textOf(readFileSync(file));
  if (text === undefined) throw new SourceFault(pointer, "The file is no text in UTF-8.");
  // Editors and `echo` end a line.
  return text.replace(/\r?\n$/, "");
}

function checked(secret: string, pointer: string): string {
  if (secret === "") throw new SourceFault(pointer, "The secret is empty.");
  if (secret.length > MOST_SECRET) throw new SourceFault(pointer, "The secret is too long.");
  if (!secret.isWellFormed() || secret.includes("\0")) throw new SourceFault(pointer, "The secret is no text.");
  return secret;
}
