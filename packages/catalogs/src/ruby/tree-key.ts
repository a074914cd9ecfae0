import { createHash } from "node:crypto";
import type { EnvironmentVersion } from "@gatehouse/core/environments";

const keys = new WeakMap<EnvironmentVersion, string>();

/**
 * Tells environments apart by what is laid on disk of them: a version that is about to be deployed is laid out, and warm,
 * before it has a number.
 */
export function treeKey(version: EnvironmentVersion): string {
  const known = keys.get(version);
  if (known !== undefined) return known;
  const hash = createHash("sha256");
  for (const entry of version.entries.values()) {
    const what = entry.type === "file" ? entry.sha256 : entry.type === "link" ? entry.target : null;
    hash.update(JSON.stringify([entry.path, entry.type, entry.mode, what]));
  }
  const key = `${version.name}@${hash.digest("hex")}`;
  keys.set(version, key);
  return key;
}
