import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { upload } from "@gatehouse/client";
import type { Session } from "../command/context.js";
import { CommandError } from "../command/errors.js";
import type { ContentFile } from "./sources.js";

/** Files that are sent together. */
const AT_ONCE = 8;
/** Digests that are asked about at once. */
const ASKED = 10_000;

/**
 * Sends what the gateway does not have.
 * @param files by digest @returns what went over the wire @throws CommandError when a file changed since it was read
 */
export async function sendMissing(
  session: Session,
  files: ReadonlyMap<string, Pick<ContentFile, "file" | "size">>,
): Promise<{ files: number; bytes: number }> {
  const digests = [...files.keys()];
  const missing: string[] = [];
  for (let at = 0; at < digests.length; at += ASKED) {
    const sha256s = digests.slice(at, at + ASKED);
    missing.push(...(await session.ask((api) => api.POST("/apply/missing-files", { body: { sha256s } }))).missing);
  }
  let bytes = 0;
  const waiting = missing.values();
  const worker = async () => {
    for (const sha256 of waiting) {
      const { file, size } = files.get(sha256) as Pick<ContentFile, "file" | "size">;
      const sent = typeof file === "string" ? Readable.toWeb(createReadStream(file)) : file;
      const call = upload(sent as ReadableStream<Uint8Array> | Uint8Array, size);
      const stored = await session.ask((api) => api.POST("/apply/files", call));
      if (stored.sha256 !== sha256)
        throw new CommandError(`${typeof file === "string" ? file : "A folder"} changed while it was sent: try again.`);
      bytes += size;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { files: missing.length, bytes };
}
