import { realpathSync, statSync } from "node:fs";
import path from "node:path";
import { isWithin, OUTSIDE, reasonOf } from "./files.js";

/** What a document speaks of and is not there. */
export class SourceFault extends Error {
  readonly pointer: string;

  constructor(pointer: string, message: string) {
    super(message);
    this.pointer = pointer;
  }
}

/** Where a document stands. */
export interface Place {
  readonly root: string;
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A file that a document names, relative to its own. */
export function inside(
  { root, folder }: Place,
  named: string,
  pointer: string,
  what: "file" | "folder" = "file",
): { file: string; below: string; size: number } {
  try {
    const file = realpathSync(path.resolve(folder, named));
    if (!isWithin(root, file)) throw new SourceFault(pointer, OUTSIDE);
    const stat = statSync(file);
    if (what === "file" && !stat.isFile()) throw new SourceFault(pointer, "It is no regular file.");
    if (what === "folder" && !stat.isDirectory()) throw new SourceFault(pointer, "It is no folder.");
    return { file, below: path.relative(root, file).split(path.sep).join("/") || ".", size: stat.size };
  } catch (thrown) {
    if (thrown instanceof SourceFault) throw thrown;
    throw new SourceFault(pointer, reasonOf(thrown));
  }
}
