import type { FileEntry } from "@gatehouse/core/environments";
import { layoutOf } from "./layout.js";
import { perVersion } from "./per-version.js";
import { type ContentReader, readSmall } from "./read-small.js";
import { type Tree, treeOf } from "./tree.js";

/** Bytes of a manifest that are looked at; what is larger says something. */
const LIMIT = 64 << 10;
/** Lines without anything for a compiler. */
const SAYS_SOMETHING = /^\s*[^#\s]/m;

/**
 * Whether a version has a site manifest (environment.conf: `manifest`) that says something: without one its catalogs
 * need no compiler, unless a node has classes.
 * @throws PuppetError where its environment.conf cannot be read
 */
export const hasCode = perVersion(async (version, content: ContentReader): Promise<boolean> => {
  const { manifest } = (await layoutOf(version, content)).conf;
  for (const file of manifestsIn(treeOf(version), manifest)) {
    if (file.size > LIMIT) return true;
    if (SAYS_SOMETHING.test((await readSmall(content, file, LIMIT)).toString("latin1"))) return true;
  }
  return false;
});

/** A file, or all manifests in a directory and below. */
function manifestsIn(tree: Tree, path: string): FileEntry[] {
  const file = tree.file(path);
  return file === undefined ? manifestsBelow(tree, path) : [file];
}

/** As Ruby's `**` has it: directories that links lead to are not entered. */
function manifestsBelow(tree: Tree, directory: string): FileEntry[] {
  return tree.names(directory).flatMap((name) => {
    const path = directory === "" ? name : `${directory}/${name}`;
    if (tree.find(path, "manage")?.type === "directory") return manifestsBelow(tree, path);
    return (name.endsWith(".pp") ? tree.file(path) : undefined) ?? [];
  });
}
