import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { readVersion } from "./layout.js";
import { readPostmaster } from "./postmaster.js";
import { hasCode } from "./refusal.js";
import { connectionUrl } from "./session.js";
import { addressOf } from "./takeover.js";

/** Whether a folder holds an embedded database, running or not. */
export const hasEmbedded = (dataDir: string): boolean => readVersion(path.join(dataDir, "pg")) !== undefined;

/**
 * Where the embedded database of a folder answers now, for who may enter its socket's folder: the gateway's user, and root.
 * It is nobody's but its gateway's: whoever connects takes no lock of that one's, and ends with it.
 * @param dataDir as for {@link startEmbedded}
 * @returns a connection string, which holds a password on Windows; undefined when no server runs there
 */
export function reachEmbedded(dataDir: string): string | undefined {
  if (!existsSync(dataDir)) return undefined;
  const found = readPostmaster(path.join(dataDir, "pg"));
  if (found?.state !== "live") return undefined;
  const address = addressOf(found, passwordIn(dataDir));
  return address && connectionUrl(address);
}

function passwordIn(dataDir: string): string | undefined {
  try {
    return readFileSync(path.join(dataDir, "postgres.password"), "utf8").trim();
  } catch (thrown) {
    // Only Windows has one.
    if (hasCode(thrown, "ENOENT")) return undefined;
    throw thrown;
  }
}
