import type { ContentStore } from "@gatehouse/core/content";
import type { Deployed, Environments } from "@gatehouse/core/environments";
import { stageMissing } from "../apply/stage.js";
import type { ReadTree } from "./read-tree.js";

export interface DeployPorts {
  readonly content: Pick<ContentStore, "stored" | "stage" | "stageSmall">;
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
  await stageMissing(content, tree.files);
  return environments.deploy({ name, entries: tree.entries, by });
}
