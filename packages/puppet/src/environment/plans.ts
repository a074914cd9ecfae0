import { posix } from "node:path";
import { layoutOf } from "./layout.js";
import { perVersion } from "./per-version.js";
import type { ContentReader } from "./read-small.js";
import { treeOf } from "./tree.js";

export interface Plan {
  readonly module: string;
  /** Its name in the module: `init` for the one that has the module's name. */
  readonly name: string;
}

/** Words of the language, which no plan can be called by. */
const RESERVED = new Set(
  [
    "and application attr case class consumes default else elsif environment false function if import in inherits node",
    "or private produces site true type undef unless any array boolean catalogentry collection callable data enum float",
    "hash integer numeric optional pattern resource runtime scalar string struct tuple variant",
  ].flatMap((words) => words.split(" ")),
);

/** Every plan of a version, by the names of their files. */
export const plansOf = perVersion(async (version, content: ContentReader): Promise<readonly Plan[]> => {
  const { modules } = await layoutOf(version, content);
  const tree = treeOf(version);
  return [...modules.values()].flatMap(({ name: module, path }) => {
    const files = tree.names(`${path}/plans`).filter((file) => /^[a-z][a-z0-9_]*\.(?:pp|yaml)$/.test(file));
    const names = new Set(files.map((file) => posix.basename(file, posix.extname(file))));
    return [...names].filter((name) => !RESERVED.has(name)).map((name) => ({ module, name }));
  });
});
