import { inTurns } from "./steps.js";
import { checkEnvironmentName, treeChecked } from "./tree.js";
import type { Deployment, EnvironmentVersion, TreeEntry } from "./types.js";

/**
 * A version as a deployment would make it, before it has a number: 0 stands for that.
 * @param pause lets others have their turn
 * @throws name-invalid; request-malformed for a tree that is none
 */
export async function proposedVersion(
  { name, entries }: Pick<Deployment, "name" | "entries">,
  pause: () => Promise<unknown>,
): Promise<EnvironmentVersion> {
  checkEnvironmentName(name);
  const tree = [...(await inTurns(treeChecked(entries), pause))].map(([path, entry]): [string, TreeEntry] => [
    path,
    // Only agents ask for it.
    entry.type === "file" ? { ...entry, md5: "" } : entry,
  ]);
  return { name, version: 0, codeId: "", deployedAt: new Date(), entries: new Map(tree) };
}
