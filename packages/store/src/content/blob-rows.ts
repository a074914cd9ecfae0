import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Run } from "../database.js";

/** Bytes of one chunk row (1 MiB). */
export const CHUNK_BYTES = 1 << 20;

/** SHA-256 and length of a file, read once. */
export async function digestFile(file: string): Promise<{ sha256: Buffer; size: number }> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { sha256: hash.digest(), size };
}

/**
 * The row id of a blob, stored inside the caller's transaction when it is new: chunk by chunk, never whole in memory.
 * Bytes that differ from the digest (a file that changed meanwhile) abort the transaction.
 */
export async function storeBlob(run: Run, file: string, sha256: Buffer, size: number): Promise<string> {
  const [made] = await run<{ id: string }>(
    "insert into blobs (sha256, size) values ($1, $2) on conflict on constraint blobs_sha256 do nothing returning id",
    [sha256, size],
  );
  if (made === undefined) {
    const [known] = await run<{ id: string }>("select id from blobs where sha256 = $1", [sha256]);
    if (known === undefined) throw new Error("a blob vanished while it was being published again");
    return known.id;
  }
  const hash = createHash("sha256");
  let seq = 0;
  for await (const bytes of createReadStream(file, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    hash.update(bytes);
    await run({ name: "blob_chunks.add", text: "insert into blob_chunks (blob_id, seq, bytes) values ($1, $2, $3)" }, [
      made.id,
      seq++,
      bytes,
    ]);
  }
  if (!hash.digest().equals(sha256)) throw new Error("the file changed while it was being published");
  return made.id;
}
