import type { ContentStore } from "@gatehouse/core/content";
import type { Deployed, Environments } from "@gatehouse/core/environments";
import { GatehouseError } from "@gatehouse/core/errors";
import type { ReadTree } from "./read-tree.js";

/** Files that are stored together. */
const AT_ONCE = 4;
/** Digests that are asked about at once. */
const ASKED = 10_000;

export interface DeployPorts {
  readonly content: Pick<ContentStore, "stored" | "stage">;
  readonly environments: Pick<Environments, "deploy">;
}

/**
 * Deploys a folder's tree on the gateway itself.
 * @throws conflict when a file changed meanwhile
 */
export async function deployTree(
  { content, environments }: DeployPorts,
  name: string,
  tree: ReadTree,
  by: string,
): Promise<Deployed> {
  await stageMissing(content, tree);
  return environments.deploy({ name, entries: tree.entries, by });
}

async function stageMissing(content: DeployPorts["content"], { files }: ReadTree): Promise<void> {
  const digests = [...files.keys()];
  const stored = new Set<string>();
  for (let at = 0; at < digests.length; at += ASKED)
    for (const { sha256 } of await content.stored(digests.slice(at, at + ASKED))) stored.add(sha256);
  const waiting = [...files].filter(([sha256]) => !stored.has(sha256)).values();
  const worker = async () => {
    for (const [sha256, { file }] of waiting)
      if ((await content.stage(file)).sha256 !== sha256)
        throw new GatehouseError("conflict", `${file} changed while it was deployed: deploy again.`);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
