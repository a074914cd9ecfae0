import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Queryable, Run } from "../database.js";

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

/** A file's path, or the bytes themselves. */
export type Source = string | Buffer;

export const digestOf = async (source: Source): Promise<{ sha256: Buffer; size: number }> =>
  typeof source === "string"
    ? digestFile(source)
    : { sha256: createHash("sha256").update(source).digest(), size: source.length };

async function* chunksOf(source: Source): AsyncGenerator<Buffer> {
  if (typeof source === "string")
    return yield* createReadStream(source, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>;
  for (let at = 0; at < source.length; at += CHUNK_BYTES) yield source.subarray(at, at + CHUNK_BYTES);
}

export interface BlobRow {
  readonly id: string;
  readonly size: number;
}

/**
 * The row of a blob that a version is about to refer to, which keeps it for good: the row is held until the commit, so
 * that collection, which takes staged ones, waits for it.
 */
export async function useStored(run: Run, sha256: Buffer): Promise<BlobRow | undefined> {
  const [known] = await run<BlobRow>(
    "update blobs set staged_at = null where sha256 = $1 returning id, size::float8 as size",
    [sha256],
  );
  return known;
}

/** The row of a blob for a version, stored when it is new: in the caller's transaction. */
export async function storeBlob(run: Run, source: Source, sha256: Buffer, size: number): Promise<BlobRow> {
  const insert = () => insertBlob(run, source, sha256, size, false);
  // Collection may come between the two; it has then been, and does not come again.
  const blob = (await insert()) ?? (await useStored(run, sha256)) ?? (await insert());
  if (blob === undefined) throw new Error("a blob vanished while it was being published again");
  return blob;
}

/** Stores a blob that nothing refers to yet, or gives one that waits already its time anew. */
export async function stageBlob(run: Run, source: Source, sha256: Buffer, size: number): Promise<void> {
  if ((await insertBlob(run, source, sha256, size, true)) !== undefined) return;
  await run("update blobs set staged_at = now() where sha256 = $1 and staged_at is not null", [sha256]);
}

/** Bytes of one chunk, with their digests. */
export interface SmallBlob {
  readonly bytes: Buffer;
  readonly sha256: Buffer;
  readonly md5: Buffer;
}

export const digestsOf = (bytes: Buffer): { sha256: Buffer; md5: Buffer } => ({
  sha256: createHash("sha256").update(bytes).digest(),
  md5: createHash("md5").update(bytes).digest(),
});

/** As {@link stageBlob}, of many in few statements. */
export async function stageSmall(run: Run, blobs: readonly SmallBlob[]): Promise<void> {
  // Each once, and in one order: two that stage the same bytes would else wait for each other.
  const byDigest = new Map(blobs.map((blob) => [blob.sha256.toString("hex"), blob]));
  const sorted = [...byDigest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, blob]) => blob);
  const sha256s = sorted.map(({ sha256 }) => sha256);
  const made = await run<{ id: string; sha256: string }>(
    `insert into blobs (sha256, md5, size, staged_at)
     select *, now() from unnest($1::bytea[], $2::bytea[], $3::bigint[])
     on conflict on constraint blobs_sha256 do nothing returning id, encode(sha256, 'hex') as sha256`,
    [sha256s, sorted.map(({ md5 }) => md5), sorted.map(({ bytes }) => bytes.length)],
  );
  const filled = made.filter(({ sha256 }) => (byDigest.get(sha256)?.bytes.length ?? 0) > 0);
  await run(
    "insert into blob_chunks (blob_id, seq, bytes) select id, 0, bytes from unnest($1::bigint[], $2::bytea[]) as new (id, bytes)",
    [filled.map(({ id }) => id), filled.map(({ sha256 }) => byDigest.get(sha256)?.bytes)],
  );
  await run(
    `update blobs set staged_at = now() where id in (
       select id from blobs where sha256 = any($1) and staged_at is not null order by id for update)`,
    [sha256s],
  );
}

/**
 * Chunk by chunk, never whole in memory. Bytes that differ from the digest (a file that changed meanwhile) abort the
 * transaction. @returns undefined when the blob is there
 */
async function insertBlob(
  run: Run,
  source: Source,
  sha256: Buffer,
  size: number,
  staged: boolean,
): Promise<BlobRow | undefined> {
  const [made] = await run<{ id: string }>(
    `insert into blobs (sha256, size, staged_at) values ($1, $2, case when $3 then now() end)
     on conflict on constraint blobs_sha256 do nothing returning id`,
    [sha256, size, staged],
  );
  if (made === undefined) return undefined;
  const hash = createHash("sha256");
  const md5 = createHash("md5");
  let seq = 0;
  for await (const bytes of chunksOf(source)) {
    hash.update(bytes);
    md5.update(bytes);
    await run({ name: "blob_chunks.add", text: "insert into blob_chunks (blob_id, seq, bytes) values ($1, $2, $3)" }, [
      made.id,
      seq++,
      bytes,
    ]);
  }
  if (!hash.digest().equals(sha256)) throw new Error("the file changed while it was being published");
  await run("update blobs set md5 = $2 where id = $1", [made.id, md5.digest()]);
  return { id: made.id, size };
}

/** Blobs that one statement deletes: one may have a thousand chunks. */
const SOME = 5;
const DROP_STAGED = `
  delete from blobs b where id in (
    select id from blobs c where staged_at < now() - make_interval(hours => $1) and not in_environment
      and not exists (select from artifact_versions v where v.blob_id = c.id)
      and not exists (select from package_parts p where p.blob_id = c.id)
      and not exists (select from bucket_files f where f.blob_id = c.id) limit ${SOME} for update skip locked)
  returning 1`;

/** Deletes blobs that were staged so long ago, and not published since. @returns how many */
export async function dropStagedBlobs(db: Pick<Queryable, "run">, hours: number): Promise<number> {
  for (let dropped = 0; ; ) {
    const rows = await db.run(DROP_STAGED, [hours]);
    dropped += rows.length;
    if (rows.length < SOME) return dropped;
  }
}
