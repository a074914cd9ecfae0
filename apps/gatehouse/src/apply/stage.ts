import type { ContentStore } from "@gatehouse/core/content";
import { GatehouseError } from "@gatehouse/core/errors";
import { batchesOf, bytesOf, type Sent } from "./batches.js";

/** Digests that are asked about at once. */
const ASKED = 10_000;

/**
 * Stores what is not stored, on the gateway itself.
 * @param files by digest @throws conflict when a file changed since it was read
 */
export async function stageMissing(
  content: Pick<ContentStore, "stored" | "stage" | "stageSmall">,
  files: ReadonlyMap<string, Sent>,
): Promise<void> {
  const digests = [...files.keys()];
  const stored = new Set<string>();
  for (let at = 0; at < digests.length; at += ASKED)
    for (const { sha256 } of await content.stored(digests.slice(at, at + ASKED))) stored.add(sha256);
  const { small, large } = batchesOf([...files].filter(([sha256]) => !stored.has(sha256)));
  for (const batch of small) {
    const made = await content.stageSmall(await bytesOf(batch));
    for (const [i, one] of batch.entries()) check(one, made[i]?.sha256);
  }
  for (const one of large) check(one, (await content.stage(one[1].file)).sha256);
}

function check([sha256, { file }]: readonly [string, Sent], stored: string | undefined): void {
  if (stored === sha256) return;
  const what = typeof file === "string" ? file : "A folder";
  throw new GatehouseError("conflict", `${what} changed while it was stored: try again.`);
}
