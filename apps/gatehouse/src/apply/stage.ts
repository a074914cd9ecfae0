import type { ContentStore } from "@gatehouse/core/content";
import { GatehouseError } from "@gatehouse/core/errors";
import type { ContentFile } from "./sources.js";

/** Files that are stored together. */
const AT_ONCE = 4;
/** Digests that are asked about at once. */
const ASKED = 10_000;

/**
 * Stores what is not stored, on the gateway itself.
 * @param files by digest @throws conflict when a file changed since it was read
 */
export async function stageMissing(
  content: Pick<ContentStore, "stored" | "stage">,
  files: ReadonlyMap<string, Pick<ContentFile, "file">>,
): Promise<void> {
  const digests = [...files.keys()];
  const stored = new Set<string>();
  for (let at = 0; at < digests.length; at += ASKED)
    for (const { sha256 } of await content.stored(digests.slice(at, at + ASKED))) stored.add(sha256);
  const waiting = [...files].filter(([sha256]) => !stored.has(sha256)).values();
  const worker = async () => {
    for (const [sha256, { file }] of waiting)
      if ((await content.stage(file)).sha256 !== sha256)
        throw new GatehouseError("conflict", `${String(file)} changed while it was stored: try again.`);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
