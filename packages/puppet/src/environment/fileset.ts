import { ENTRIES_PER_STEP, type Steps } from "@gatehouse/core/environments";
import { serverError } from "../errors.js";
import type { Found, Tree } from "./tree.js";

/** How a search goes about it. */
export interface SearchOptions {
  readonly recurse: boolean;
  /** Levels below the root; Infinity for all. */
  readonly recurselimit: number;
  /** Most things below the root; none where it is 0 or less. */
  readonly maxFiles: number;
  /** Tests of names: what fits one is left out, with all that is in it. */
  readonly ignore: readonly ((name: string) => boolean)[];
}

/** One thing that a search found. */
export interface Listed {
  /** `.` for the root. */
  readonly relative: string;
  readonly found: Found;
}

/** Things in one answer: links may lead through the same directories again and again. */
const MOST = 100_000;

interface Level {
  readonly relative: string;
  readonly depth: number;
  readonly found: Found;
  readonly above: Level | undefined;
}

/**
 * The root, and with `recurse` what is in it, level by level, names in their order. Followed links that lead nowhere are
 * left out; those that lead to a directory around them are listed, and not gone into.
 * @param shown the root as messages name it
 * @throws PuppetError where there is more than maxFiles
 */
export function* listFiles(
  tree: Tree,
  root: string,
  links: "manage" | "follow",
  options: SearchOptions,
  shown: string,
): Steps<Listed[]> {
  const found = tree.find(root, links);
  if (found === undefined) return [];
  const listed: Listed[] = [{ relative: ".", found }];
  const ahead: Level[] = [{ relative: "", depth: 0, found, above: undefined }];
  for (let level = ahead[0], next = 1; level !== undefined; level = ahead[next++]) {
    if (!options.recurse || level.depth >= options.recurselimit || isAbove(level)) continue;
    const { found: directory, depth, relative } = level;
    if (directory.type !== "directory") continue;
    for (const name of tree.names(directory.path)) {
      if (options.ignore.some((fits) => fits(name))) continue;
      const child = tree.find(directory.path === "" ? name : `${directory.path}/${name}`, links);
      if (child === undefined) continue;
      const path = relative === "" ? name : `${relative}/${name}`;
      listed.push({ relative: path, found: child });
      if (child.type === "directory") ahead.push({ relative: path, depth: depth + 1, found: child, above: level });
      if (listed.length % ENTRIES_PER_STEP === 0) yield;
      if (listed.length > MOST) throw serverError(`The directory '${shown}' holds more than ${MOST} entries`);
    }
  }
  const { maxFiles } = options;
  if (maxFiles > 0 && listed.length - 1 > maxFiles) throw tooMany(shown, listed.length - 1, maxFiles);
  return listed;
}

/** Whether a directory is one of those that led to it. */
function isAbove({ found, above }: Level): boolean {
  for (let level = above; level !== undefined; level = level.above) if (level.found.path === found.path) return true;
  return false;
}

/** The text is Puppet's: agents print it. */
const tooMany = (path: string, entries: number, limit: number) =>
  serverError(
    `The directory '${path}' contains ${entries} entries, which exceeds the limit of ${limit} specified by the max_files parameter for this resource. The limit may be increased, but be aware that large number of file resources can result in excessive resource consumption and degraded performance. Consider using an alternate method to manage large directory trees`,
  );
