import { existsSync } from "node:fs";
import path from "node:path";
import { GatehouseError } from "@gatehouse/core/errors";
import { hasEmbedded, reachEmbedded, startEmbedded } from "@gatehouse/store";
import type { Config } from "../../config/types.js";

/** Where an instance's embedded database lies. */
export const embeddedDir = ({ dataDir }: Config): string => path.join(path.resolve(dataDir), "postgres");

/**
 * The file of the instance key.
 * @throws start-refused where the database is the operator's own and nothing names the key's file
 */
export function keyFileOf(config: Config): string {
  if (config.instanceKeyFile !== undefined) return path.resolve(config.instanceKeyFile);
  if (config.database.url === undefined) return path.join(path.resolve(config.dataDir), "instance.key");
  throw new GatehouseError(
    "start-refused",
    "A database of your own has its instance key beside it: name its file in GATEHOUSE_INSTANCE_KEY_FILE.",
  );
}

/**
 * What `work` does on the database of an instance: the one that DATABASE_URL names; the embedded one of a gateway that runs;
 * or that of one that does not, started for this.
 * @throws start-refused where there is no instance
 */
export async function onInstance<T>(
  config: Config,
  say: (line: string) => void,
  work: (url: string) => Promise<T>,
): Promise<T> {
  if (config.database.url !== undefined) return work(config.database.url);
  const dataDir = embeddedDir(config);
  if (!existsSync(dataDir) || !hasEmbedded(dataDir))
    throw new GatehouseError("start-refused", `There is no instance in ${path.resolve(config.dataDir)}.`);
  const running = reachEmbedded(dataDir);
  if (running !== undefined) return work(running);
  const embedded = await startEmbedded({ dataDir, within: path.resolve(config.dataDir), say });
  try {
    return await work(embedded.url);
  } finally {
    await embedded.stop();
  }
}
